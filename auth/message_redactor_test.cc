// The walk, over messages that no proto file of ours has: fields without a class, of a class
// unknown to this build, and fields that the reader's build does not know.
#include "auth/message_redactor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "auth/redaction_plan.h"
#include "auth/release_context.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/person.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using google::protobuf::FieldDescriptorProto;
using google::protobuf::Message;

const PolicyEngine& Engine() {
  static const auto* const engine =
      new PolicyEngine(*PolicyEngine::Load("deploy/policy/release-policy.textproto"));
  return *engine;
}

ReleaseContext For(v1::Role role) {
  ReleaseContext context;
  context.view.roles = {role};
  context.source = v1::SOURCE_AGENCY_OBSERVED;
  return context;
}

// A message type of string fields, each with a class or, for -1, none. What it makes may not
// outlive it.
class Probe {
 public:
  explicit Probe(const std::vector<int>& classes) {
    for (const auto* file : {google::protobuf::FileDescriptorProto::descriptor()->file(),
                             v1::DataClass_descriptor()->file()}) {
      google::protobuf::FileDescriptorProto copy;
      file->CopyTo(&copy);
      pool_.BuildFile(copy);
    }
    google::protobuf::FileDescriptorProto file;
    file.set_name("probe.proto");
    file.set_syntax("proto3");
    file.add_dependency(v1::DataClass_descriptor()->file()->name());
    auto* type = file.add_message_type();
    type->set_name("Probe");
    for (int field_class : classes) {
      FieldDescriptorProto* field = type->add_field();
      field->set_number(type->field_size());
      field->set_name("f" + std::to_string(field->number()));
      field->set_label(FieldDescriptorProto::LABEL_OPTIONAL);
      field->set_type(FieldDescriptorProto::TYPE_STRING);
      if (field_class < 0) continue;
      // Not by SetExtension, which takes only classes that this build knows.
      google::protobuf::FieldOptions* options = field->mutable_options();
      options->GetReflection()->MutableUnknownFields(options)->AddVarint(
          v1::kDataClassFieldNumber, static_cast<uint64_t>(field_class));
    }
    type_ = pool_.BuildFile(file)->message_type(0);
  }

  std::unique_ptr<Message> Filled() {
    std::unique_ptr<Message> message(factory_.GetPrototype(type_)->New());
    for (int i = 0; i < type_->field_count(); ++i) {
      message->GetReflection()->SetString(message.get(), type_->field(i), "canary");
    }
    return message;
  }

  // What is left for the role, and the tallies.
  std::unique_ptr<Message> Redact(v1::Role role, std::vector<FieldTally>* tallies) {
    const RedactionPlan plan(type_);
    const ReleaseContext context = For(role);
    const std::unique_ptr<Message> from = Filled();
    std::unique_ptr<Message> to(from->New());
    *tallies = MessageRedactor(Engine(), context).Move(plan.root(), from.get(), to.get());
    return to;
  }

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
  const google::protobuf::Descriptor* type_;
};

TEST(MessageRedactorTest, WithholdsAFieldWithoutAClassFromEveryRole) {
  for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
    std::vector<FieldTally> tallies;
    Probe probe({-1, 0});
    const auto left = probe.Redact(static_cast<v1::Role>(role), &tallies);
    EXPECT_EQ(left->SerializeAsString(), "") << role;
    ASSERT_EQ(tallies.size(), 1u);
    EXPECT_EQ(tallies[0].outcome, FieldTally::Outcome::kRemoved);
    EXPECT_EQ(tallies[0].field_count, 2u);
  }
}

TEST(MessageRedactorTest, WithholdsAClassNewToThisBuildFromEveryRole) {
  for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
    std::vector<FieldTally> tallies;
    Probe probe({v1::DataClass_MAX + 1});
    const auto left = probe.Redact(static_cast<v1::Role>(role), &tallies);
    EXPECT_EQ(left->SerializeAsString(), "") << role;
  }
}

TEST(MessageRedactorTest, SaysNoClassButNotToAPerpetratorsSide) {
  std::vector<FieldTally> tallies;
  Probe probe({-1});
  probe.Redact(v1::POLICE, &tallies);
  EXPECT_EQ(tallies[0].decision.reason, v1::NO_CLASS);
  EXPECT_FALSE(tallies[0].silent);
  probe.Redact(v1::PROBATION, &tallies);
  EXPECT_TRUE(tallies[0].silent);
}

TEST(MessageRedactorTest, KeepsWhatIsReleasedBesideWhatIsNot) {
  std::vector<FieldTally> tallies;
  Probe probe({v1::REFERENCE, -1, v1::OFFENCES, v1::INTELLIGENCE});
  const auto left = probe.Redact(v1::DRIVE_CASE_MANAGER, &tallies);
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  left->GetReflection()->ListFields(*left, &fields);
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0]->name(), "f1");
  EXPECT_EQ(fields[1]->name(), "f3");
}

TEST(MessageRedactorTest, GeneraliseWithoutAGeneraliserRemoves) {
  std::vector<FieldTally> tallies;
  Probe probe({v1::ACTIONS});
  const auto left = probe.Redact(v1::HOUSING, &tallies);
  EXPECT_EQ(left->SerializeAsString(), "");
  ASSERT_EQ(tallies.size(), 1u);
  EXPECT_EQ(tallies[0].decision.action, v1::GENERALISE);
  EXPECT_EQ(tallies[0].outcome, FieldTally::Outcome::kRemoved);
}

TEST(MessageRedactorTest, DropsUnknownFieldsAtEveryDepth) {
  v1::CaseEvent event;
  v1::Person* person = event.add_persons();
  person->set_capacity(v1::PERPETRATOR);
  person->set_full_name("Sam Synthetic");
  for (Message* message : {static_cast<Message*>(&event), static_cast<Message*>(person),
                           static_cast<Message*>(event.mutable_incident())}) {
    message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(999, "canary");
  }
  const RedactionPlan plan(v1::CaseEvent::descriptor());
  v1::CaseEvent left;
  const ReleaseContext context = For(v1::VICTIM_SERVICE);
  MessageRedactor(Engine(), context).Move(plan.root(), &event, &left);
  EXPECT_EQ(left.persons(0).full_name(), "Sam Synthetic");
  EXPECT_EQ(left.SerializeAsString().find("canary"), std::string::npos);
}

}  // namespace
}  // namespace concordat::auth
