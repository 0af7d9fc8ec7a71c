#include "services/ledger/event_facts.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "concordat/v1/data_class.pb.h"

namespace concordat::services {

const v1::IncidentNotification* IncidentIn(const v1::CaseEvent& event) {
  if (event.has_incident()) return &event.incident();
  if (event.correction().has_incident()) return &event.correction().incident();
  return nullptr;
}

const v1::RiskAssessment* AssessmentIn(const v1::CaseEvent& event) {
  if (event.has_risk_assessment()) return &event.risk_assessment();
  if (event.correction().has_risk_assessment()) return &event.correction().risk_assessment();
  return nullptr;
}

const v1::SocialCareContact* SocialContactIn(const v1::CaseEvent& event) {
  if (event.has_social_care_contact()) return &event.social_care_contact();
  if (event.correction().has_social_care_contact()) {
    return &event.correction().social_care_contact();
  }
  return nullptr;
}

const v1::CustodyChange* CustodyChangeIn(const v1::CaseEvent& event) {
  if (event.has_custody_change()) return &event.custody_change();
  if (event.correction().has_custody_change()) return &event.correction().custody_change();
  return nullptr;
}

v1::CaseFlags FlagsSetBy(const v1::CaseEvent& event) {
  v1::CaseFlags flags;
  if (event.has_marac_referral()) flags.set_marac_referred(true);
  if (const auto* assessment = AssessmentIn(event)) {
    flags.set_high_risk(assessment->grade() == v1::HIGH ||
                        assessment->professional_judgement_high());
  }
  if (const auto* incident = IncidentIn(event)) {
    flags.set_high_risk(incident->initial_grade() == v1::HIGH);
  }
  if (const auto* contact = SocialContactIn(event)) {
    flags.set_child_enquiry_open(contact->kind() == v1::SocialCareContact::SECTION_47_ENQUIRY ||
                                 contact->kind() == v1::SocialCareContact::CHILD_PROTECTION_PLAN);
  }
  return flags;
}

v1::CaseFlags FlagsClearedBy(const v1::CaseEvent& event) {
  v1::CaseFlags flags;
  if (const auto* contact = SocialContactIn(event)) {
    flags.set_child_enquiry_open(contact->kind() == v1::SocialCareContact::PLAN_ENDED);
  }
  return flags;
}

namespace {

v1::Severity CustodySeverity(v1::CustodyChange::Change change) {
  switch (change) {
    case v1::CustodyChange::BAILED:
    case v1::CustodyChange::BAIL_VARIED:
    case v1::CustodyChange::BAIL_BREACHED:
    case v1::CustodyChange::RELEASED_NO_FURTHER_ACTION:
    case v1::CustodyChange::RELEASED_UNDER_INVESTIGATION:
    case v1::CustodyChange::RELEASED_FROM_CUSTODY:
      return v1::IMMEDIATE;
    default:
      return v1::URGENT;
  }
}

}  // namespace

v1::Severity AlertSeverity(const v1::CaseEvent& event) {
  if (event.has_liaison_contact() || event.correction().has_liaison_contact()) {
    return v1::SEVERITY_UNSPECIFIED;
  }
  if (const auto* change = CustodyChangeIn(event)) return CustodySeverity(change->change());
  if (const auto* incident = IncidentIn(event)) {
    return incident->initial_grade() == v1::HIGH ? v1::IMMEDIATE : v1::URGENT;
  }
  if (const auto* assessment = AssessmentIn(event)) {
    return assessment->grade() == v1::HIGH ? v1::URGENT : v1::ROUTINE;
  }
  return event.has_marac_referral() ? v1::URGENT : v1::ROUTINE;
}

absl::Duration AcknowledgeWithin(v1::Severity severity, absl::Duration urgent) {
  if (severity == v1::IMMEDIATE) return urgent / 3;
  if (severity == v1::URGENT) return urgent;
  return absl::Hours(24);
}

namespace {

bool HasFieldOf(v1::DataClass field_class, const google::protobuf::Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->options().GetExtension(v1::data_class) == field_class) return true;
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (HasFieldOf(field_class, field->is_repeated()
                                      ? reflection.GetRepeatedMessage(message, field, i)
                                      : reflection.GetMessage(message, field))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

bool SaysWhereVictimLives(const v1::CaseEvent& event) {
  const bool address =
      std::any_of(event.persons().begin(), event.persons().end(), [](const v1::Person& person) {
        return person.addresses_size() > 0 && person.capacity() != v1::PERPETRATOR &&
               person.capacity() != v1::THIRD_PARTY;
      });
  return address || HasFieldOf(v1::VICTIM_LOCATION, event);
}

std::vector<std::string> VictimLocalAuthorities(const v1::CaseEvent& event) {
  std::vector<std::string> codes;
  for (const v1::Person& person : event.persons()) {
    if (person.capacity() != v1::VICTIM) continue;
    for (const v1::Address& address : person.addresses()) {
      if (!address.local_authority().empty()) codes.push_back(address.local_authority());
    }
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

}  // namespace concordat::services
