#ifndef CONCORDAT_AUTH_CONDITIONS_H_
#define CONCORDAT_AUTH_CONDITIONS_H_

#include <cstdint>

#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

// Which conditions of the release policy hold for one event of one case. A small value: copy it.
class ConditionSet {
 public:
  constexpr ConditionSet() = default;

  // Adds a condition that holds. No effect for TWO_PERSON_APPROVAL, which only a grant gives, and
  // for a number that is not a condition.
  void Add(v1::Condition condition);
  // That the reading is by a grant. TWO_PERSONS makes TWO_PERSON_APPROVAL hold; what BROKEN_GLASS
  // lifts is each role's own (PolicyEngine).
  void SetGrant(v1::GrantKind grant) { grant_ = grant; }
  v1::GrantKind grant() const { return grant_; }

  // CONDITION_NONE always holds; TWO_PERSON_APPROVAL without a grant and an unknown number never
  // do.
  bool Holds(v1::Condition condition) const;

 private:
  uint32_t bits_ = 0;
  v1::GrantKind grant_ = v1::GRANT_KIND_UNSPECIFIED;
};

// What the event and its case's flags say:
//   VICTIM_CONSENT          victim_consent is CONSENT_GIVEN;
//   INTELLIGENCE_HANDLING_P there is an intelligence report, in the body or in a correction's
//                           replacement, and all of them are handling code P (unspecified is C);
//   CHILD_ENQUIRY_OPEN      the flag child_enquiry_open;
//   HIGH_RISK_CASE          the flag high_risk or marac_referred.
ConditionSet ConditionsOf(const v1::CaseEvent& event, const v1::CaseFlags& flags);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_CONDITIONS_H_
