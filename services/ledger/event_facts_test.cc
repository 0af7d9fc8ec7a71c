#include "services/ledger/event_facts.h"

#include "gtest/gtest.h"
#include "storage/case_fold.h"

namespace concordat::services {
namespace {

TEST(EventFactsTest, ReadsThroughACorrectionToItsReplacement) {
  v1::CaseEvent event;
  EXPECT_EQ(IncidentIn(event), nullptr);
  event.mutable_correction()->mutable_incident()->set_initial_grade(v1::HIGH);
  ASSERT_NE(IncidentIn(event), nullptr);
  EXPECT_TRUE(FlagsSetBy(event).high_risk());
  EXPECT_EQ(AlertSeverity(event), v1::IMMEDIATE);
}

TEST(EventFactsTest, ProfessionalJudgementRaisesACase) {
  v1::CaseEvent event;
  event.mutable_risk_assessment()->set_grade(v1::MEDIUM);
  EXPECT_FALSE(FlagsSetBy(event).high_risk());
  event.mutable_risk_assessment()->set_professional_judgement_high(true);
  EXPECT_TRUE(FlagsSetBy(event).high_risk());
}

TEST(EventFactsTest, EndOfAPlanClosesTheEnquiryAndLeavesTheRest) {
  v1::CaseFlags flags;
  flags.set_child_enquiry_open(true);
  flags.set_high_risk(true);
  v1::CaseEvent event;
  event.mutable_social_care_contact()->set_kind(v1::SocialCareContact::PLAN_ENDED);
  EXPECT_TRUE(storage::ApplyFlags(FlagsSetBy(event), FlagsClearedBy(event), &flags));
  EXPECT_FALSE(flags.child_enquiry_open());
  EXPECT_TRUE(flags.high_risk());
  EXPECT_FALSE(storage::ApplyFlags(FlagsSetBy(event), FlagsClearedBy(event), &flags));
}

TEST(EventFactsTest, EveryKindOfReleaseIsImmediate) {
  for (const auto change :
       {v1::CustodyChange::BAILED, v1::CustodyChange::BAIL_VARIED, v1::CustodyChange::BAIL_BREACHED,
        v1::CustodyChange::RELEASED_NO_FURTHER_ACTION,
        v1::CustodyChange::RELEASED_UNDER_INVESTIGATION,
        v1::CustodyChange::RELEASED_FROM_CUSTODY}) {
    v1::CaseEvent event;
    event.mutable_custody_change()->set_change(change);
    EXPECT_EQ(AlertSeverity(event), v1::IMMEDIATE) << change;
  }
}

TEST(EventFactsTest, LiaisonContactAndItsCorrectionRaiseNoAlert) {
  v1::CaseEvent event;
  event.mutable_liaison_contact();
  EXPECT_EQ(AlertSeverity(event), v1::SEVERITY_UNSPECIFIED);
  event.mutable_correction()->mutable_liaison_contact();
  EXPECT_EQ(AlertSeverity(event), v1::SEVERITY_UNSPECIFIED);
}

TEST(EventFactsTest, DeadlinesShortenWithSeverity) {
  EXPECT_EQ(AcknowledgeWithin(v1::IMMEDIATE, absl::Minutes(30)), absl::Minutes(10));
  EXPECT_EQ(AcknowledgeWithin(v1::URGENT, absl::Minutes(30)), absl::Minutes(30));
  EXPECT_EQ(AcknowledgeWithin(v1::ROUTINE, absl::Minutes(30)), absl::Hours(24));
}

TEST(EventFactsTest, SaysWhereAVictimOrChildLivesByAnyOfTheirAddressesOrAPlaceToKeepAwayFrom) {
  for (const auto& [capacity, says] :
       {std::pair{v1::VICTIM, true}, std::pair{v1::CHILD, true},
        std::pair{v1::CAPACITY_UNSPECIFIED, true}, std::pair{v1::PERPETRATOR, false},
        std::pair{v1::THIRD_PARTY, false}}) {
    v1::CaseEvent event;
    v1::Person& person = *event.add_persons();
    person.set_capacity(capacity);
    person.set_full_name("Asha Example");
    EXPECT_FALSE(SaysWhereVictimLives(event)) << capacity;
    person.add_addresses()->set_postcode("FY1 4XX");
    EXPECT_EQ(SaysWhereVictimLives(event), says) << capacity;
  }
  v1::CaseEvent event;
  event.mutable_custody_change()->set_change(v1::CustodyChange::BAILED);
  EXPECT_FALSE(SaysWhereVictimLives(event));
  event.mutable_custody_change()->add_exclusion_places("1 Synthetic Street");
  EXPECT_TRUE(SaysWhereVictimLives(event));
  v1::CaseEvent corrected;
  *corrected.mutable_correction()->mutable_custody_change() = event.custody_change();
  EXPECT_TRUE(SaysWhereVictimLives(corrected));
}

TEST(EventFactsTest, TakesLocalAuthoritiesOfVictimsOnly) {
  v1::CaseEvent event;
  for (const auto& [capacity, code] :
       {std::pair{v1::VICTIM, "E06000009"}, std::pair{v1::VICTIM, "E06000008"},
        std::pair{v1::VICTIM, "E06000009"}, std::pair{v1::PERPETRATOR, "E07000118"}}) {
    v1::Person& person = *event.add_persons();
    person.set_capacity(capacity);
    person.add_addresses()->set_local_authority(code);
  }
  EXPECT_EQ(VictimLocalAuthorities(event), (std::vector<std::string>{"E06000008", "E06000009"}));
}

}  // namespace
}  // namespace concordat::services
