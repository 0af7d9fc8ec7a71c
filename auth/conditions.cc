#include "auth/conditions.h"

#include <cstdint>

#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {
namespace {

static_assert(v1::Condition_MAX < 32, "ConditionSet holds one bit a condition");

bool IsOfTheCase(v1::Condition condition) {
  return v1::Condition_IsValid(condition) && condition != v1::CONDITION_NONE &&
         condition != v1::TWO_PERSON_APPROVAL;
}

// Counts the reports among those that are handling code P.
struct HandlingCount {
  int reports = 0;
  int handling_p = 0;

  void Add(const v1::IncidentNotification& incident) {
    if (!incident.has_intelligence()) return;
    ++reports;
    if (incident.intelligence().handling() == v1::IntelligenceReport::HANDLING_P) ++handling_p;
  }
};

bool AllIntelligenceIsHandlingP(const v1::CaseEvent& event) {
  HandlingCount count;
  if (event.has_incident()) count.Add(event.incident());
  if (event.has_correction() && event.correction().has_incident()) {
    count.Add(event.correction().incident());
  }
  return count.reports > 0 && count.reports == count.handling_p;
}

}  // namespace

void ConditionSet::Add(v1::Condition condition) {
  if (IsOfTheCase(condition)) bits_ |= uint32_t{1} << condition;
}

bool ConditionSet::Holds(v1::Condition condition) const {
  if (condition == v1::CONDITION_NONE) return true;
  if (condition == v1::TWO_PERSON_APPROVAL) return grant_ == v1::TWO_PERSONS;
  return IsOfTheCase(condition) && (bits_ & (uint32_t{1} << condition)) != 0;
}

ConditionSet ConditionsOf(const v1::CaseEvent& event, const v1::CaseFlags& flags) {
  ConditionSet conditions;
  if (event.victim_consent() == v1::CONSENT_GIVEN) conditions.Add(v1::VICTIM_CONSENT);
  if (AllIntelligenceIsHandlingP(event)) conditions.Add(v1::INTELLIGENCE_HANDLING_P);
  if (flags.child_enquiry_open()) conditions.Add(v1::CHILD_ENQUIRY_OPEN);
  if (flags.high_risk() || flags.marac_referred()) conditions.Add(v1::HIGH_RISK_CASE);
  return conditions;
}

}  // namespace concordat::auth
