#include "services/common/testing/test_events.h"

#include "absl/time/civil_time.h"
#include "base/timestamps.h"

namespace concordat::services::testing {
namespace {

void AddVictim(v1::CaseEvent* event) {
  v1::Person* victim = event->add_persons();
  victim->set_capacity(v1::VICTIM);
  victim->set_full_name("Asha Example");
  victim->set_date_of_birth("1990-04-01");
  v1::ExternalId* nhs = victim->add_external_ids();
  nhs->set_type(v1::NHS_NUMBER);
  nhs->set_value("9990000018");
  v1::Address* address = victim->add_addresses();
  address->add_lines("1 Synthetic Street");
  address->set_postcode("FY1 4XX");
  address->set_local_authority("E06000009");
  v1::ContactMethod* contact = victim->add_contacts();
  contact->set_phone("01632 960001");
  contact->set_safe_times("weekday mornings");
  victim->set_relationship("ex-partner");
}

void AddPerpetrator(v1::CaseEvent* event) {
  v1::Person* perpetrator = event->add_persons();
  perpetrator->set_capacity(v1::PERPETRATOR);
  perpetrator->set_full_name("Bram Example");
  perpetrator->set_date_of_birth("1988-11-30");
  v1::ExternalId* pnc = perpetrator->add_external_ids();
  pnc->set_type(v1::PNC_ID);
  pnc->set_value("1979/0123456T");
}

void SetIncident(v1::IncidentNotification* incident) {
  incident->set_incident_number("LC-20240305-0001");
  incident->set_domestic_abuse_flag(true);
  incident->add_offence_codes("8M");
  incident->set_initial_grade(v1::MEDIUM);
  incident->add_behaviours(v1::CONTROLLING_OR_COERCIVE);
  incident->set_circumstances("A synthetic account.\nSecond line.");
  incident->mutable_location()->set_local_authority("E06000009");
  incident->set_children_count(2);
  incident->mutable_intelligence()->set_source_evaluation(2);
  incident->mutable_intelligence()->set_assessment("B");
  incident->mutable_intelligence()->set_handling(v1::IntelligenceReport::HANDLING_P);
  incident->mutable_intelligence()->set_sanitised_text("A synthetic line.");
}

void SetRisk(v1::RiskAssessment* assessment) {
  assessment->set_tool(v1::RiskAssessment::DASH_RIC);
  assessment->set_tool_version("2024");
  assessment->set_grade(v1::STANDARD);
  assessment->set_yes_count(1);
  v1::RiskAssessment::Answer* yes = assessment->add_answers();
  yes->set_question_id("q01");
  yes->set_value(v1::RiskAssessment::YES);
  v1::RiskAssessment::Answer* no = assessment->add_answers();
  no->set_question_id("q02");
  no->set_value(v1::RiskAssessment::NO);
}

}  // namespace

absl::Time TestEventTime() {
  return absl::FromCivil(absl::CivilSecond(2024, 3, 5, 22, 15, 0), absl::UTCTimeZone());
}

v1::CaseEvent TestIncident() { return TestEvent(v1::CaseEvent::kIncident); }

v1::CaseEvent TestEvent(v1::CaseEvent::BodyCase body) {
  v1::CaseEvent event;
  event.set_source_system("test-rms");
  event.set_source_reference("REF-1");
  event.set_revision(1);
  *event.mutable_occurred_at() = ToTimestamp(TestEventTime());
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  event.mutable_recorded_by()->set_name("Officer Example");
  AddVictim(&event);
  AddPerpetrator(&event);
  switch (body) {
    case v1::CaseEvent::kIncident:
      SetIncident(event.mutable_incident());
      break;
    case v1::CaseEvent::kRiskAssessment:
      SetRisk(event.mutable_risk_assessment());
      break;
    case v1::CaseEvent::kMaracReferral:
      event.mutable_marac_referral()->add_criteria(v1::MaracReferral::VISIBLE_HIGH_RISK);
      event.mutable_marac_referral()->add_invited_agencies("test-housing");
      break;
    case v1::CaseEvent::kSocialCareContact:
      event.mutable_social_care_contact()->set_kind(v1::SocialCareContact::CONTACT_RECEIVED);
      break;
    case v1::CaseEvent::kCustodyChange:
      event.mutable_custody_change()->set_change(v1::CustodyChange::ARRESTED);
      break;
    case v1::CaseEvent::kLiaisonContact:
      event.mutable_liaison_contact()->set_outcome(v1::LiaisonContact::CONTACT_MADE);
      break;
    case v1::CaseEvent::kCorrection:
      event.mutable_correction()->set_corrects_reference("REF-0");
      event.mutable_correction()->set_corrects_revision(1);
      break;
    case v1::CaseEvent::BODY_NOT_SET:
      break;
  }
  return event;
}

v1::PushRequest TestPush(v1::CaseEvent::BodyCase body, v1::Purpose purpose) {
  v1::PushRequest push;
  *push.mutable_event() = TestEvent(body);
  push.set_purpose(purpose);
  push.set_item(7);
  return push;
}

}  // namespace concordat::services::testing
