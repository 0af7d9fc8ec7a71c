#include "auth/conditions.h"

#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

ConditionSet Of(const v1::CaseEvent& event) { return ConditionsOf(event, v1::CaseFlags()); }

TEST(ConditionsTest, OnlyTheGrantOfTwoPersonsGivesTheirApproval) {
  ConditionSet conditions;
  conditions.Add(v1::TWO_PERSON_APPROVAL);
  EXPECT_FALSE(conditions.Holds(v1::TWO_PERSON_APPROVAL));
  conditions.SetGrant(v1::BROKEN_GLASS);
  EXPECT_FALSE(conditions.Holds(v1::TWO_PERSON_APPROVAL));
  conditions.SetGrant(v1::TWO_PERSONS);
  EXPECT_TRUE(conditions.Holds(v1::TWO_PERSON_APPROVAL));
  EXPECT_FALSE(conditions.Holds(v1::VICTIM_CONSENT));
}

TEST(ConditionsTest, AnUnknownConditionNeverHolds) {
  ConditionSet conditions;
  for (int n : {-1, 6, 31, 32, 64}) {
    conditions.Add(static_cast<v1::Condition>(n));
    EXPECT_FALSE(conditions.Holds(static_cast<v1::Condition>(n))) << n;
  }
}

TEST(ConditionsTest, NoneAlwaysHoldsAndOthersOnlyOnceAdded) {
  ConditionSet conditions;
  EXPECT_TRUE(conditions.Holds(v1::CONDITION_NONE));
  EXPECT_FALSE(conditions.Holds(v1::VICTIM_CONSENT));
  conditions.Add(v1::VICTIM_CONSENT);
  EXPECT_TRUE(conditions.Holds(v1::VICTIM_CONSENT));
  EXPECT_FALSE(conditions.Holds(v1::HIGH_RISK_CASE));
}

TEST(ConditionsTest, OnlyConsentGivenIsConsent) {
  for (v1::ConsentState state :
       {v1::CONSENT_UNSPECIFIED, v1::CONSENT_NOT_ASKED, v1::CONSENT_REFUSED}) {
    v1::CaseEvent event;
    event.set_victim_consent(state);
    EXPECT_FALSE(Of(event).Holds(v1::VICTIM_CONSENT)) << state;
  }
  v1::CaseEvent event;
  event.set_victim_consent(v1::CONSENT_GIVEN);
  EXPECT_TRUE(Of(event).Holds(v1::VICTIM_CONSENT));
}

TEST(ConditionsTest, HandlingPIsWantedOfEveryReportThatTheEventHolds) {
  v1::CaseEvent event;
  EXPECT_FALSE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));
  auto* report = event.mutable_incident()->mutable_intelligence();
  EXPECT_FALSE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));  // Unspecified is C.
  report->set_handling(v1::IntelligenceReport::HANDLING_C);
  EXPECT_FALSE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));
  report->set_handling(v1::IntelligenceReport::HANDLING_P);
  EXPECT_TRUE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));
}

TEST(ConditionsTest, HandlingIsReadInACorrectionsReplacementToo) {
  v1::CaseEvent event;
  auto* report = event.mutable_correction()->mutable_incident()->mutable_intelligence();
  report->set_handling(v1::IntelligenceReport::HANDLING_C);
  EXPECT_FALSE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));
  report->set_handling(v1::IntelligenceReport::HANDLING_P);
  EXPECT_TRUE(Of(event).Holds(v1::INTELLIGENCE_HANDLING_P));
}

TEST(ConditionsTest, CaseFlagsGrantWhatTheyStandFor) {
  v1::CaseFlags enquiry, high, referred;
  enquiry.set_child_enquiry_open(true);
  high.set_high_risk(true);
  referred.set_marac_referred(true);
  const v1::CaseEvent event;
  EXPECT_TRUE(ConditionsOf(event, enquiry).Holds(v1::CHILD_ENQUIRY_OPEN));
  EXPECT_FALSE(ConditionsOf(event, enquiry).Holds(v1::HIGH_RISK_CASE));
  EXPECT_TRUE(ConditionsOf(event, high).Holds(v1::HIGH_RISK_CASE));
  EXPECT_TRUE(ConditionsOf(event, referred).Holds(v1::HIGH_RISK_CASE));
  EXPECT_FALSE(ConditionsOf(event, referred).Holds(v1::CHILD_ENQUIRY_OPEN));
}

}  // namespace
}  // namespace concordat::auth
