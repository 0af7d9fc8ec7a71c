#include "tools/policy_field.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "auth/event_type.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "concordat/v1/event.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A well-formed value of each field, so that every reduced form can be made of it.
void Fill(Message* message) {
  const Reflection* reflection = message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->real_containing_oneof() != nullptr || field->name() == "confidential") continue;
    if (field->message_type() == google::protobuf::Timestamp::descriptor()) {
      static_cast<google::protobuf::Timestamp*>(reflection->MutableMessage(message, field))
          ->set_seconds(1700000000);
    } else if (field->message_type() != nullptr) {
      Fill(field->is_repeated() ? reflection->AddMessage(message, field)
                                : reflection->MutableMessage(message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      std::string text = "Asha Example";
      if (field->name() == "postcode") text = "FY1 4XX";
      if (field->name() == "date_of_birth") text = "1990-04-05";
      field->is_repeated() ? reflection->AddString(message, field, text)
                           : reflection->SetString(message, field, text);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const auto* first = field->enum_type()->value(1);
      field->is_repeated() ? reflection->AddEnum(message, field, first)
                           : reflection->SetEnum(message, field, first);
    }
  }
}

std::vector<v1::CaseEvent> EventOfEachBody() {
  std::vector<v1::CaseEvent> events;
  const auto* body = v1::CaseEvent::descriptor()->FindOneofByName("body");
  for (int i = 0; i < body->field_count(); ++i) {
    v1::CaseEvent event;
    Fill(&event);
    Fill(event.GetReflection()->MutableMessage(&event, body->field(i)));
    if (event.has_correction()) Fill(event.mutable_correction()->mutable_custody_change());
    event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
    events.push_back(event);
  }
  return events;
}

TEST(PolicyFieldTest, LeavesWhatRedactionLeaves) {
  const auto engine = auth::PolicyEngine::Load("deploy/policy/release-policy.textproto");
  ASSERT_TRUE(engine.ok());
  std::set<std::string> generalised;
  for (const v1::CaseEvent& event : EventOfEachBody()) {
    for (const v1::Role role : AllOf<v1::Role>()) {
      auth::ReleaseContext context;
      context.view = {{role}};
      context.source = v1::SOURCE_AGENCY_OBSERVED;
      context.event_time = absl::FromUnixSeconds(1700000000);
      context.corrects = auth::CorrectedRow{v1::CUSTODY_CHANGE_EVENT, context.source};
      context.type = auth::TypeOf(event);
      context.decided_at = absl::InfiniteFuture();
      for (const auto& decided : auth::Explain(*engine, context, event).fields) {
        const auto field = FindPolicyField("--field", decided.path);
        ASSERT_TRUE(field.ok()) << field.status();
        EXPECT_EQ(field->field_class, decided.field_class) << decided.path;
        if (!field->of_a_person) {
          EXPECT_EQ(field->capacity, decided.capacity) << decided.path;
        }
        if (decided.gone_with_element) continue;
        EXPECT_EQ(OutcomeOf(decided.decision.action, &*field), decided.outcome) << decided.path;
        if (decided.decision.action == v1::GENERALISE) generalised.insert(field->path);
      }
    }
  }
  EXPECT_GT(generalised.size(), 40u);
}

TEST(PolicyFieldTest, KnowsWhichEventsCarryIt) {
  const auto address = FindPolicyField("--field", "persons[0].addresses.lines");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->path, "persons.addresses.lines");
  EXPECT_TRUE(address->of_a_person);
  EXPECT_EQ(address->events, AllOf<v1::EventType>());
  const auto said = FindPolicyField("--field", "liaisonContact.whatWasSaid");
  ASSERT_TRUE(said.ok());
  EXPECT_THAT(said->events, ElementsAre(v1::LIAISON_CONTACT_EVENT));
  EXPECT_FALSE(said->of_a_person);
  const auto corrected = FindPolicyField("--field", "correction.liaison_contact.wishes");
  ASSERT_TRUE(corrected.ok());
  EXPECT_THAT(corrected->events, ElementsAre(v1::CORRECTION_EVENT));
  EXPECT_EQ(corrected->replacement, v1::LIAISON_CONTACT_EVENT);
}

TEST(PolicyFieldTest, RefusesWhatIsNoField) {
  const auto error = [](const char* path) {
    return std::string(FindPolicyField("--field", path).status().message());
  };
  EXPECT_THAT(error("persons.adresses"), HasSubstr("--field: got \"adresses\", want one of "));
  EXPECT_THAT(error("persons.addresses"),
              HasSubstr("got the message persons.addresses, want a field of it: lines, "));
  EXPECT_THAT(error("revision.x"), HasSubstr("got \"x\" below revision, want nothing below it"));
  EXPECT_THAT(error(""), HasSubstr("--field: got \"\""));
}

}  // namespace
}  // namespace concordat::tools
