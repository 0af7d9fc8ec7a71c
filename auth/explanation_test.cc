// What Explain says of each field, against what Redact gives of it.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "auth/event_type.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "auth/release_context.h"
#include "base/str_cat.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/person.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const PolicyEngine& Engine() {
  static const auto* const engine =
      new PolicyEngine(*PolicyEngine::Load("deploy/policy/release-policy.textproto"));
  return *engine;
}

v1::CaseEvent Incident() {
  v1::CaseEvent event;
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  event.set_victim_consent(v1::CONSENT_NOT_ASKED);
  for (const v1::Capacity capacity : {v1::VICTIM, v1::PERPETRATOR, v1::THIRD_PARTY}) {
    v1::Person* person = event.add_persons();
    person->set_capacity(capacity);
    person->set_full_name("Asha Example");
    person->set_date_of_birth("1995-01-02");
    person->add_external_ids()->set_value("111");
    person->mutable_external_ids(0)->set_type(v1::NHS_NUMBER);
    person->add_addresses()->add_lines("1 Synthetic Street");
    person->mutable_addresses(0)->set_postcode("FY1 4XX");
    person->add_contacts()->set_phone("01632 960001");
  }
  v1::IncidentNotification* incident = event.mutable_incident();
  incident->set_circumstances("Synthetic words.");
  incident->add_offence_codes("8/1");
  incident->mutable_location()->set_postcode("FY1 4XX");
  incident->mutable_intelligence()->set_sanitised_text("Synthetic line.");
  return event;
}

ReleaseContext For(v1::Role role, const v1::CaseEvent& event) {
  ReleaseContext context;
  context.view.roles = {role};
  context.type = TypeOf(event);
  context.source = event.source_class();
  context.event_time = absl::FromUnixSeconds(1767225600);
  return context;
}

// The paths of the fields that are set.
void AddPaths(const Message& message, const std::string& prefix, std::set<std::string>* paths) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = StrCat(prefix, field->name());
    if (field->message_type() == nullptr) {
      paths->insert(path);
    } else if (!field->is_repeated()) {
      AddPaths(message.GetReflection()->GetMessage(message, field), path + ".", paths);
    } else {
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        AddPaths(message.GetReflection()->GetRepeatedMessage(message, field, i),
                 StrCat(path, "[", i, "]."), paths);
      }
    }
  }
}

std::map<std::string, FieldDecision> ByPath(const Explanation& explanation) {
  std::map<std::string, FieldDecision> fields;
  for (const FieldDecision& field : explanation.fields) fields.emplace(field.path, field);
  EXPECT_EQ(fields.size(), explanation.fields.size()) << "a path twice";
  return fields;
}

TEST(ExplanationTest, EveryFieldThatIsSetIsExplainedAsItIsReleased) {
  const v1::CaseEvent event = Incident();
  std::set<std::string> set;
  AddPaths(event, "", &set);
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
    const ReleaseContext context = For(static_cast<v1::Role>(r), event);
    const Explanation explanation = Explain(Engine(), context, event);
    const auto redacted = Redact(Engine(), context, event);
    ASSERT_EQ(explanation.redacted.has_value(), redacted.has_value());
    if (!redacted) continue;
    EXPECT_EQ(explanation.redacted->event.SerializeAsString(), redacted->event.SerializeAsString());
    std::set<std::string> left;
    AddPaths(redacted->event, "", &left);
    const auto fields = ByPath(explanation);
    for (const std::string& path : set) {
      ASSERT_EQ(fields.count(path), 1u) << v1::Role_Name(r) << " " << path;
      EXPECT_EQ(fields.at(path).outcome != FieldOutcome::kRemoved, left.count(path) == 1)
          << v1::Role_Name(r) << " " << path;
    }
  }
}

TEST(ExplanationTest, SaysWhichRuleDecidedAndWhoseFactItIs) {
  const v1::CaseEvent event = Incident();
  const auto fields = ByPath(Explain(Engine(), For(v1::MARAC_COORDINATOR, event), event));
  const FieldDecision& postcode = fields.at("persons[0].addresses[0].postcode");
  EXPECT_EQ(postcode.field_class, v1::CONTACT);
  EXPECT_EQ(postcode.capacity, v1::VICTIM);
  EXPECT_EQ(postcode.decision.rule_id, "location-MAR");
  EXPECT_EQ(postcode.outcome, FieldOutcome::kReduced);
  // Generalised by the rule, but the field has no reduced form.
  const FieldDecision& lines = fields.at("persons[0].addresses[0].lines");
  EXPECT_EQ(lines.decision.action, v1::GENERALISE);
  EXPECT_EQ(lines.outcome, FieldOutcome::kRemoved);
  EXPECT_EQ(fields.at("incident.offence_codes").capacity, v1::PERPETRATOR);
}

TEST(ExplanationTest, ABoolIsExplainedWhateverItsValue) {
  v1::CaseEvent event = Incident();
  for (const v1::Role role : {v1::POLICE, v1::HOUSING}) {
    event.mutable_incident()->set_injury(false);
    const auto without = ByPath(Explain(Engine(), For(role, event), event));
    event.mutable_incident()->set_injury(true);
    const auto with = ByPath(Explain(Engine(), For(role, event), event));
    ASSERT_EQ(without.count("incident.injury"), 1u);
    EXPECT_EQ(without.at("incident.injury").outcome, with.at("incident.injury").outcome);
    EXPECT_EQ(without.size(), with.size());
  }
}

TEST(ExplanationTest, AReferenceGoesWithTheElementAroundIt) {
  const v1::CaseEvent event = Incident();
  const auto fields = ByPath(Explain(Engine(), For(v1::DRIVE_CASE_MANAGER, event), event));
  const FieldDecision& type = fields.at("persons[0].external_ids[0].type");
  EXPECT_EQ(type.decision.action, v1::RELEASE);
  EXPECT_EQ(type.outcome, FieldOutcome::kRemoved);
  EXPECT_TRUE(type.gone_with_element);
  EXPECT_FALSE(fields.at("persons[0].external_ids[0].value").gone_with_element);
}

TEST(ExplanationTest, OfAConcealedRowOnlyTheRowIsExplained) {
  v1::CaseEvent event = Incident();
  event.set_source_class(v1::SOURCE_VICTIM);
  const Explanation explanation = Explain(Engine(), For(v1::PROBATION, event), event);
  EXPECT_EQ(explanation.row.action, v1::CONCEAL);
  EXPECT_EQ(explanation.row.rule_id, PolicyEngine::kLockRuleId);
  EXPECT_FALSE(explanation.redacted.has_value());
  EXPECT_TRUE(explanation.fields.empty());
}

}  // namespace
}  // namespace concordat::auth
