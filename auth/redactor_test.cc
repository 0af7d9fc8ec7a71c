#include "auth/redactor.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "auth/conditions.h"
#include "auth/policy.h"
#include "auth/release_context.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/person.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

const PolicyEngine& Engine() {
  static const auto* const engine =
      new PolicyEngine(*PolicyEngine::Load("deploy/policy/release-policy.textproto"));
  return *engine;
}

ReleaseContext For(v1::Role role, v1::EventType type) {
  ReleaseContext context;
  context.view.roles = {role};
  context.type = type;
  context.source = v1::SOURCE_AGENCY_OBSERVED;
  context.event_time = absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone());
  context.source_agency = "lancashire-police";
  return context;
}

v1::Person* AddPerson(v1::Capacity capacity, const std::string& name, v1::CaseEvent* event) {
  v1::Person* person = event->add_persons();
  person->set_capacity(capacity);
  person->set_full_name(name);
  person->set_date_of_birth("1995-01-02");
  v1::Address* address = person->add_addresses();
  address->add_lines("1 Synthetic Street");
  address->set_postcode("FY1 4XX");
  address->set_local_authority("E06000009");
  return person;
}

v1::CaseEvent Incident() {
  v1::CaseEvent event;
  event.set_source_system("niche-rms");
  event.set_source_reference("ref-1");
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  AddPerson(v1::VICTIM, "Asha Example", &event);
  AddPerson(v1::PERPETRATOR, "Sam Synthetic", &event);
  v1::IncidentNotification* incident = event.mutable_incident();
  incident->set_incident_number("LC-1");
  incident->set_domestic_abuse_flag(true);
  incident->add_offence_codes("8/1");
  incident->set_initial_grade(v1::HIGH);
  incident->set_circumstances("what was said");
  return event;
}

v1::CaseEvent CorrectionOf(const v1::CaseEvent& replaced) {
  v1::CaseEvent event = replaced;
  const v1::IncidentNotification incident = replaced.incident();
  *event.mutable_correction()->mutable_incident() = incident;
  event.mutable_correction()->set_corrects_reference("ref-0");
  return event;
}

const v1::Marker* FindMarker(const Redacted& redacted, v1::DataClass field_class) {
  for (const v1::Marker& marker : redacted.markers) {
    if (marker.field_class() == field_class) return &marker;
  }
  return nullptr;
}

bool HasClass(uint32_t classes, v1::DataClass field_class) {
  return (classes >> field_class & 1u) != 0;
}

// What a reader is sent of the event.
std::string Sent(const Redacted& redacted) {
  v1::ReleasedEvent released;
  *released.mutable_event() = redacted.event;
  for (const v1::Marker& marker : redacted.markers) *released.add_markers() = marker;
  return released.SerializeAsString();
}

TEST(RedactorRowTest, ConcealsFromAViewWithoutRoles) {
  ReleaseContext context = For(v1::POLICE, v1::INCIDENT_EVENT);
  context.view.roles.clear();
  EXPECT_FALSE(Redact(Engine(), context, Incident()).has_value());
}

TEST(RedactorRowTest, ConcealsWhatAVictimOrChildToldFromAPerpetratorsSide) {
  for (v1::SourceClass source :
       {v1::SOURCE_CLASS_UNSPECIFIED, v1::SOURCE_VICTIM, v1::SOURCE_CHILD}) {
    ReleaseContext context = For(v1::PROBATION, v1::INCIDENT_EVENT);
    context.source = source;
    EXPECT_FALSE(Redact(Engine(), context, Incident()).has_value()) << source;
    // The log's word alone is not enough either.
    v1::CaseEvent event = Incident();
    event.set_source_class(source);
    EXPECT_FALSE(Redact(Engine(), For(v1::PROBATION, v1::INCIDENT_EVENT), event).has_value());
    EXPECT_TRUE(Redact(Engine(), For(v1::POLICE, v1::INCIDENT_EVENT), event).has_value());
  }
}

TEST(RedactorRowTest, ConcealsAnEventWhoseBodyIsNotOfTheLoggedType) {
  v1::CaseEvent event = Incident();
  event.mutable_liaison_contact()->set_what_was_said("what was said");
  EXPECT_FALSE(Redact(Engine(), For(v1::PROBATION, v1::INCIDENT_EVENT), event).has_value());
  event.clear_body();
  EXPECT_FALSE(Redact(Engine(), For(v1::POLICE, v1::INCIDENT_EVENT), event).has_value());
}

TEST(RedactorRowTest, ConcealsACorrectionOfWhatTheReaderMayNotSee) {
  v1::CaseEvent event = CorrectionOf(Incident());
  event.mutable_correction()->mutable_liaison_contact()->set_wishes("what was said");
  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    ReleaseContext context = For(role, v1::CORRECTION_EVENT);
    context.corrects = CorrectedRow{v1::INCIDENT_EVENT, v1::SOURCE_AGENCY_OBSERVED};
    EXPECT_FALSE(Redact(Engine(), context, event).has_value());  // By the replacement.

    const v1::CaseEvent visible = CorrectionOf(Incident());
    EXPECT_TRUE(Redact(Engine(), context, visible).has_value());
    context.corrects = CorrectedRow{v1::LIAISON_CONTACT_EVENT, v1::SOURCE_AGENCY_OBSERVED};
    EXPECT_FALSE(Redact(Engine(), context, visible).has_value());
    context.corrects = CorrectedRow{v1::INCIDENT_EVENT, v1::SOURCE_VICTIM};
    EXPECT_FALSE(Redact(Engine(), context, visible).has_value());
    context.corrects = std::nullopt;
    EXPECT_FALSE(Redact(Engine(), context, visible).has_value());
  }
  EXPECT_TRUE(Redact(Engine(), For(v1::VICTIM_SERVICE, v1::CORRECTION_EVENT), event).has_value());
}

TEST(RedactorLockTest, AVictimsSideLeavesNeitherFieldNorMarker) {
  const v1::CaseEvent with = Incident();
  v1::CaseEvent without = with;
  without.set_victim_consent(v1::CONSENT_UNSPECIFIED);
  without.mutable_persons(0)->clear_addresses();
  without.mutable_incident()->clear_circumstances();

  v1::CaseEvent more = with;
  more.set_victim_consent(v1::CONSENT_REFUSED);
  more.mutable_persons(0)->add_addresses()->set_postcode("FY1 5XX");
  more.mutable_persons(0)->add_contacts()->set_phone("01632 960001");
  more.mutable_persons(0)->set_gp_practice("Synthetic Surgery");
  more.mutable_incident()->set_injury(true);
  more.mutable_incident()->set_police_response_plan("plan");
  more.mutable_incident()->mutable_location()->add_lines("2 Synthetic Street");

  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    const ReleaseContext context = For(role, v1::INCIDENT_EVENT);
    const auto a = Redact(Engine(), context, without);
    const auto b = Redact(Engine(), context, with);
    const auto c = Redact(Engine(), context, more);
    ASSERT_TRUE(a && b && c);
    EXPECT_EQ(Sent(*a), Sent(*b));
    EXPECT_EQ(Sent(*a), Sent(*c));
    EXPECT_TRUE(HasClass(c->withheld_classes, v1::VICTIM_LOCATION));
    EXPECT_FALSE(HasClass(c->released_classes, v1::VICTIM_LOCATION));
  }
}

TEST(RedactorLockTest, TheNumberOfAnswersDoesNotShow) {
  v1::CaseEvent event;
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  event.mutable_risk_assessment()->set_grade(v1::HIGH);
  const ReleaseContext context = For(v1::DRIVE_CASE_MANAGER, v1::RISK_ASSESSMENT_EVENT);
  const auto none = Redact(Engine(), context, event);
  for (int i = 0; i < 24; ++i) {
    auto* answer = event.mutable_risk_assessment()->add_answers();
    answer->set_question_id("q" + std::to_string(i));
    answer->set_value(v1::RiskAssessment::YES);
  }
  event.mutable_risk_assessment()->set_yes_count(24);
  const auto many = Redact(Engine(), context, event);
  ASSERT_TRUE(none && many);
  EXPECT_EQ(Sent(*none), Sent(*many));
  EXPECT_EQ(many->event.risk_assessment().grade(), v1::HIGH);
}

TEST(RedactorLockTest, AConfidentialAddressIsTheVictimsWhoeverItIsUnder) {
  v1::CaseEvent event = Incident();
  event.mutable_persons(1)->mutable_addresses(0)->set_confidential(true);
  const auto drive = Redact(Engine(), For(v1::DRIVE_CASE_MANAGER, v1::INCIDENT_EVENT), event);
  ASSERT_TRUE(drive);
  EXPECT_EQ(drive->event.persons(1).full_name(), "Sam Synthetic");
  EXPECT_TRUE(drive->event.persons(1).addresses().empty());
}

TEST(RedactorLockTest, AnUnspecifiedOrUnknownCapacityIsTheVictims) {
  for (int capacity : {0, 99}) {
    v1::CaseEvent event = Incident();
    event.mutable_persons(1)->set_capacity(static_cast<v1::Capacity>(capacity));
    const auto drive = Redact(Engine(), For(v1::DRIVE_CASE_MANAGER, v1::INCIDENT_EVENT), event);
    ASSERT_TRUE(drive);
    EXPECT_EQ(drive->event.persons(1).full_name(), "S. S.");
    EXPECT_TRUE(drive->event.persons(1).addresses().empty());
  }
}

TEST(RedactorLockTest, APersonLeftWithoutFactsIsDropped) {
  v1::CaseEvent event = Incident();
  v1::Person* neighbour = AddPerson(v1::THIRD_PARTY, "Noor Example", &event);
  neighbour->set_relationship("neighbour");
  const auto drive = Redact(Engine(), For(v1::DRIVE_CASE_MANAGER, v1::INCIDENT_EVENT), event);
  ASSERT_TRUE(drive);
  EXPECT_EQ(drive->event.persons_size(), 2);
}

TEST(RedactorLockTest, FreeTextAboutSubstancesIsNotThePerpetrators) {
  v1::CaseEvent event;
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  event.mutable_marac_referral()->set_substance_note("of whomever");
  event.mutable_marac_referral()->set_perpetrator_programme_status("active");
  const auto probation = Redact(Engine(), For(v1::PROBATION, v1::MARAC_REFERRAL_EVENT), event);
  ASSERT_TRUE(probation);
  EXPECT_EQ(probation->event.marac_referral().substance_note(), "");
  EXPECT_EQ(probation->event.marac_referral().perpetrator_programme_status(), "active");
}

TEST(RedactorTest, GeneralisesNamesDatesAndPostcodes) {
  const auto housing = Redact(Engine(), For(v1::HOUSING, v1::INCIDENT_EVENT), Incident());
  ASSERT_TRUE(housing);
  EXPECT_EQ(housing->event.persons(0).full_name(), "A. E.");
  EXPECT_EQ(housing->event.persons(0).date_of_birth(), "25-34");
  const auto marac = Redact(Engine(), For(v1::MARAC_COORDINATOR, v1::INCIDENT_EVENT), Incident());
  ASSERT_TRUE(marac);
  EXPECT_EQ(marac->event.persons(0).full_name(), "Asha Example");
  EXPECT_EQ(marac->event.persons(0).addresses(0).postcode(), "FY1");
  EXPECT_TRUE(marac->event.persons(0).addresses(0).lines().empty());
  EXPECT_EQ(marac->event.persons(0).addresses(0).local_authority(), "E06000009");
}

TEST(RedactorTest, GeneralisesATimeToItsDay) {
  v1::CaseEvent event;
  event.mutable_custody_change()->set_change(v1::CustodyChange::RELEASED_FROM_CUSTODY);
  event.mutable_custody_change()->mutable_expected_release_at()->set_seconds(86400 * 3 + 7);
  event.mutable_custody_change()->set_establishment("Synthetic Prison");
  const auto victim = Redact(Engine(), For(v1::VICTIM_SERVICE, v1::CUSTODY_CHANGE_EVENT), event);
  ASSERT_TRUE(victim);
  const v1::CustodyChange& change = victim->event.custody_change();
  EXPECT_EQ(change.change(), v1::CustodyChange::RELEASED_FROM_CUSTODY);
  EXPECT_EQ(change.expected_release_at().seconds(), 86400 * 3);
  EXPECT_EQ(change.establishment(), "");
}

TEST(RedactorTest, MarksWhatWasLeftOutOnceForEachClassAndDecision) {
  v1::CaseEvent event = Incident();
  event.mutable_incident()->mutable_location()->add_lines("2 Synthetic Street");
  const auto police = Redact(Engine(), For(v1::POLICE, v1::INCIDENT_EVENT), event);
  ASSERT_TRUE(police);
  const v1::Marker* location = FindMarker(*police, v1::VICTIM_LOCATION);
  ASSERT_NE(location, nullptr);
  EXPECT_EQ(location->action(), v1::WITHHOLD);
  EXPECT_EQ(location->reason(), v1::TWO_PERSON_APPROVAL_NEEDED);
  EXPECT_EQ(location->rule_id(), "location-POL");
  // Lines, postcode, authority and the flag of the home; line and flag of the place of the
  // incident.
  EXPECT_EQ(location->field_count(), 6u);
  EXPECT_EQ(location->ask_agency(), "lancashire-police");
  for (size_t i = 1; i < police->markers.size(); ++i) {
    EXPECT_LE(police->markers[i - 1].field_class(), police->markers[i].field_class());
  }
}

TEST(RedactorTest, DropsAnAddressOfWhichNothingIsLeft) {
  const auto police = Redact(Engine(), For(v1::POLICE, v1::INCIDENT_EVENT), Incident());
  ASSERT_TRUE(police);
  EXPECT_TRUE(police->event.persons(0).addresses().empty());
  EXPECT_EQ(police->event.persons(1).addresses(0).postcode(), "FY1 4XX");
}

// A marker that stood there only for `true` would say what it leaves out.
TEST(RedactorTest, AMarkerDoesNotTellAWithheldYesFromANo) {
  v1::CaseEvent yes = Incident();
  yes.mutable_incident()->set_injury(true);
  yes.mutable_incident()->set_children_present(true);
  yes.mutable_incident()->set_children_count(3);
  for (v1::Role role : {v1::VICTIM_SERVICE, v1::HOUSING, v1::PROBATION, v1::ADULT_SOCIAL_CARE}) {
    const ReleaseContext context = For(role, v1::INCIDENT_EVENT);
    const auto a = Redact(Engine(), context, yes);
    const auto b = Redact(Engine(), context, Incident());
    ASSERT_TRUE(a && b);
    ASSERT_EQ(a->markers.size(), b->markers.size()) << v1::Role_Name(role);
    for (size_t i = 0; i < a->markers.size(); ++i) {
      EXPECT_EQ(a->markers[i].SerializeAsString(), b->markers[i].SerializeAsString());
    }
  }
}

TEST(RedactorTest, AnAbsentTextListOrGradeLeavesNoMarker) {
  v1::CaseEvent event;
  event.mutable_marac_referral()->add_invited_agencies("blackpool-housing");
  const auto police = Redact(Engine(), For(v1::POLICE, v1::MARAC_REFERRAL_EVENT), event);
  ASSERT_TRUE(police);
  EXPECT_EQ(FindMarker(*police, v1::SAFETY_PLAN), nullptr);
  EXPECT_EQ(FindMarker(*police, v1::HEALTH), nullptr);
  EXPECT_EQ(FindMarker(*police, v1::ACTIONS), nullptr);
}

TEST(RedactorTest, AWholeReducedFormLeavesNoMarker) {
  v1::CaseEvent event;
  event.mutable_risk_assessment()->set_tool(v1::RiskAssessment::DARA);
  event.mutable_risk_assessment()->set_tool_version("2022");
  event.mutable_risk_assessment()->set_grade(v1::HIGH);
  const auto health = Redact(Engine(), For(v1::HEALTH_SERVICE, v1::RISK_ASSESSMENT_EVENT), event);
  ASSERT_TRUE(health);
  EXPECT_EQ(health->event.SerializeAsString(), event.SerializeAsString());
}

TEST(RedactorTest, AConditionReleasesOnceItHolds) {
  v1::CaseEvent event = Incident();
  event.mutable_incident()->set_injury(true);
  ReleaseContext context = For(v1::VICTIM_SERVICE, v1::INCIDENT_EVENT);
  const auto before = Redact(Engine(), context, event);
  ASSERT_TRUE(before);
  EXPECT_FALSE(before->event.incident().injury());
  EXPECT_EQ(FindMarker(*before, v1::HEALTH)->reason(), v1::CONSENT_NEEDED);
  context.conditions.Add(v1::VICTIM_CONSENT);
  const auto after = Redact(Engine(), context, event);
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->event.incident().injury());
  EXPECT_EQ(FindMarker(*after, v1::HEALTH), nullptr);
}

TEST(RedactorTest, RecordsClassesAndRulesForTheDisclosureEntry) {
  const auto police = Redact(Engine(), For(v1::POLICE, v1::INCIDENT_EVENT), Incident());
  ASSERT_TRUE(police);
  EXPECT_TRUE(HasClass(police->released_classes, v1::IDENTITY));
  EXPECT_TRUE(HasClass(police->released_classes, v1::CONTACT));
  EXPECT_FALSE(HasClass(police->released_classes, v1::VICTIM_DISCLOSURE));
  EXPECT_TRUE(HasClass(police->withheld_classes, v1::VICTIM_DISCLOSURE));
  EXPECT_TRUE(HasClass(police->withheld_classes, v1::VICTIM_LOCATION));
  std::vector<std::string> sorted = police->rule_ids;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(police->rule_ids, sorted);
  EXPECT_EQ(std::count(sorted.begin(), sorted.end(), "identity-POL"), 1);
  EXPECT_EQ(std::count(sorted.begin(), sorted.end(), "rows-POLICE"), 1);
}

TEST(RedactorTest, TheStricterOfServiceAndCallerDecides) {
  ReleaseContext context = For(v1::POLICE, v1::INCIDENT_EVENT);
  context.view.roles = {v1::VICTIM_SERVICE, v1::HOUSING};
  const auto both = Redact(Engine(), context, Incident());
  ASSERT_TRUE(both);
  EXPECT_EQ(both->event.persons(0).full_name(), "A. E.");
  EXPECT_EQ(both->event.incident().circumstances(), "");
}

}  // namespace
}  // namespace concordat::auth
