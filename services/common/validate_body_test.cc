#include "services/common/validate_body.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using v1::CaseEvent;

std::string Text(const CaseEvent& event) {
  const absl::Status status = ValidateBody(event, FieldPath("event"));
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

TEST(ValidateBodyTest, RefusesAnEventWithoutBody) {
  EXPECT_EQ(Text(testing::TestEvent(CaseEvent::BODY_NOT_SET)),
            "event.body: got no body, want a body such as incident or risk_assessment");
}

TEST(ValidateBodyTest, AcceptsEveryBody) {
  for (const auto body :
       {CaseEvent::kIncident, CaseEvent::kRiskAssessment, CaseEvent::kMaracReferral,
        CaseEvent::kSocialCareContact, CaseEvent::kCustodyChange, CaseEvent::kLiaisonContact,
        CaseEvent::kCorrection}) {
    EXPECT_EQ(Text(testing::TestEvent(body)), "ok") << body;
  }
}

TEST(ValidateBodyTest, RefusesWrongIncidents) {
  CaseEvent event = testing::TestIncident();
  event.mutable_incident()->set_incident_number(std::string(65, 'x'));
  EXPECT_EQ(Text(event), "event.incident.incident_number: got 65 bytes, want at most 64");
  event = testing::TestIncident();
  event.mutable_incident()->add_offence_codes("");
  EXPECT_EQ(Text(event),
            "event.incident.offence_codes[1]: got an empty string, want 1 to 64 printable ASCII "
            "characters");
  event = testing::TestIncident();
  event.mutable_incident()->add_behaviours(v1::ABUSIVE_BEHAVIOUR_UNSPECIFIED);
  EXPECT_EQ(Text(event),
            "event.incident.behaviours[1]: got ABUSIVE_BEHAVIOUR_UNSPECIFIED, want a behaviour");
  event = testing::TestIncident();
  event.mutable_incident()->set_children_count(100);
  EXPECT_EQ(Text(event), "event.incident.children_count: got 100, want at most 99");
  event = testing::TestIncident();
  event.mutable_incident()->mutable_location()->set_local_authority("Blackpool");
  EXPECT_EQ(Text(event),
            "event.incident.location.local_authority: got another form, want a local authority's "
            "GSS code such as E06000009");
}

TEST(ValidateBodyTest, RefusesIntelligenceWithoutGradingOrText) {
  CaseEvent event = testing::TestIncident();
  auto* report = event.mutable_incident()->mutable_intelligence();
  report->set_source_evaluation(4);
  EXPECT_EQ(Text(event), "event.incident.intelligence.source_evaluation: got 4, want 1 to 3");
  report->set_source_evaluation(0);
  EXPECT_EQ(Text(event), "event.incident.intelligence.source_evaluation: got 0, want 1 to 3");
  report->set_source_evaluation(3);
  for (const char* bad : {"", "F", "a", "AB"}) {
    report->set_assessment(bad);
    EXPECT_EQ(
        Text(event),
        "event.incident.intelligence.assessment: got another text, want one letter from A to E");
  }
  report->set_assessment("E");
  report->clear_sanitised_text();
  EXPECT_EQ(Text(event),
            "event.incident.intelligence.sanitised_text: got an empty string, want the sanitised "
            "text");
}

TEST(ValidateBodyTest, RefusesReferralsWithoutCriterion) {
  CaseEvent event = testing::TestEvent(CaseEvent::kMaracReferral);
  event.mutable_marac_referral()->clear_criteria();
  EXPECT_EQ(Text(event), "event.marac_referral.criteria: got no criterion, want at least one");
  event.mutable_marac_referral()->add_criteria(v1::MaracReferral::CRITERION_UNSPECIFIED);
  EXPECT_EQ(Text(event),
            "event.marac_referral.criteria[0]: got CRITERION_UNSPECIFIED, want a criterion");
}

TEST(ValidateBodyTest, RefusesInvitationsThatNameNoAgencyOrOneTwice) {
  for (const std::string& bad :
       {std::string(), std::string("Test Housing"), std::string(41, 'a'), std::string("a/b")}) {
    CaseEvent event = testing::TestEvent(CaseEvent::kMaracReferral);
    event.mutable_marac_referral()->add_invited_agencies(bad);
    EXPECT_EQ(Text(event),
              "event.marac_referral.invited_agencies[1]: got another form, want an agency id: a-z, "
              "0-9 and '-', at most 40");
  }
  CaseEvent event = testing::TestEvent(CaseEvent::kMaracReferral);
  event.mutable_marac_referral()->add_invited_agencies("test-housing");
  EXPECT_EQ(Text(event),
            "event.marac_referral.invited_agencies[1]: got an agency invited before, want each "
            "agency once");
}

TEST(ValidateBodyTest, RefusesBodiesThatDoNotSayWhatTheyAre) {
  CaseEvent event = testing::TestEvent(CaseEvent::kSocialCareContact);
  event.mutable_social_care_contact()->clear_kind();
  EXPECT_EQ(Text(event),
            "event.social_care_contact.kind: got KIND_UNSPECIFIED, want the kind of contact");
  event = testing::TestEvent(CaseEvent::kCustodyChange);
  event.mutable_custody_change()->clear_change();
  EXPECT_EQ(Text(event), "event.custody_change.change: got CHANGE_UNSPECIFIED, want what changed");
  event = testing::TestEvent(CaseEvent::kLiaisonContact);
  event.mutable_liaison_contact()->clear_outcome();
  EXPECT_EQ(
      Text(event),
      "event.liaison_contact.outcome: got OUTCOME_UNSPECIFIED, want the outcome of the contact");
}

TEST(ValidateBodyTest, RefusesReleaseTimesThatAreNone) {
  CaseEvent event = testing::TestEvent(CaseEvent::kCustodyChange);
  event.mutable_custody_change()->mutable_expected_release_at()->set_nanos(-1);
  EXPECT_EQ(Text(event),
            "event.custody_change.expected_release_at: got -1 nanoseconds, want 0 to 999999999");
  event.mutable_custody_change()->mutable_expected_release_at()->set_nanos(0);
  event.mutable_custody_change()->mutable_expected_release_at()->set_seconds(253402300800);
  EXPECT_EQ(Text(event),
            "event.custody_change.expected_release_at: got a time after 9999, want a time of at "
            "most year 9999");
}

TEST(ValidateBodyTest, RefusesCorrectionsOfNothingOrOfThemselves) {
  CaseEvent event = testing::TestEvent(CaseEvent::kCorrection);
  event.mutable_correction()->clear_corrects_reference();
  EXPECT_EQ(
      Text(event),
      "event.correction.corrects_reference: got an empty string, want 1 to 128 printable ASCII "
      "characters");
  event = testing::TestEvent(CaseEvent::kCorrection);
  event.mutable_correction()->set_corrects_revision(0);
  EXPECT_EQ(Text(event), "event.correction.corrects_revision: got 0, want at least 1");
  event = testing::TestEvent(CaseEvent::kCorrection);
  event.mutable_correction()->set_corrects_reference("REF-1");
  EXPECT_EQ(
      Text(event),
      "event.correction.corrects_reference: got this event's own reference and revision, want "
      "an earlier event's");
  event.set_revision(2);
  EXPECT_EQ(Text(event), "ok");
}

TEST(ValidateBodyTest, HoldsAReplacementToTheRulesOfItsBody) {
  CaseEvent event = testing::TestEvent(CaseEvent::kCorrection);
  event.mutable_correction()->mutable_incident()->set_children_count(100);
  EXPECT_EQ(Text(event), "event.correction.incident.children_count: got 100, want at most 99");
  event.mutable_correction()->mutable_risk_assessment()->set_yes_count(3);
  EXPECT_EQ(Text(event),
            "event.correction.risk_assessment.tool: got TOOL_UNSPECIFIED, want the tool used");
  event.mutable_correction()->mutable_custody_change();
  EXPECT_EQ(Text(event),
            "event.correction.custody_change.change: got CHANGE_UNSPECIFIED, want what changed");
  event.mutable_correction()->mutable_social_care_contact();
  EXPECT_EQ(Text(event),
            "event.correction.social_care_contact.kind: got KIND_UNSPECIFIED, want the kind of "
            "contact");
  event.mutable_correction()->mutable_liaison_contact();
  EXPECT_EQ(
      Text(event),
      "event.correction.liaison_contact.outcome: got OUTCOME_UNSPECIFIED, want the outcome of "
      "the contact");
}

}  // namespace
}  // namespace concordat::services
