#include "tests/synthetic.h"

#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "base/str_cat.h"
#include "base/timestamps.h"

namespace concordat::tests {
namespace {

constexpr std::string_view kCheckLetters = "ZABCDEFGHJKLMNPQRTUVWXY";
constexpr int64_t kFirstMinute = 1704067200;  // 2024-01-01T00:00:00Z

// Syllables make names that differ and are still nobody's.
std::string Syllables(int n) {
  static constexpr std::string_view kParts[] = {"ba", "de", "fi", "go", "ku", "la", "me", "no"};
  std::string text = "S";
  do {
    text += kParts[n % 8];
    n /= 8;
  } while (n > 0);
  return text;
}

void AddId(v1::IdentifierType type, const std::string& value, v1::Person* person) {
  v1::ExternalId& id = *person->add_external_ids();
  id.set_type(type);
  id.set_value(value);
}

v1::PushRequest Push(v1::Purpose purpose, std::string_view system, std::string_view reference,
                     int minute) {
  v1::PushRequest push;
  push.set_purpose(purpose);
  v1::CaseEvent& event = *push.mutable_event();
  event.set_source_system(std::string(system));
  event.set_source_reference(std::string(reference));
  event.set_revision(1);
  *event.mutable_occurred_at() = ToTimestamp(At(minute));
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  event.mutable_recorded_by()->set_name("Robin Recorder");
  event.mutable_recorded_by()->set_role_title("Synthetic practitioner");
  return push;
}

}  // namespace

std::string PncId(int n) {
  const int serial = n + 1;
  return StrCat("1979/", absl::StrFormat("%07d", serial),
                std::string(1, kCheckLetters[(79 * 10000000LL + serial) % 23]));
}

std::string CroNumber(int n) {
  const int serial = n + 1;
  return StrCat(absl::StrFormat("%06d", serial), "/99",
                std::string(1, kCheckLetters[(99 * 1000000LL + serial) % 23]));
}

std::string NhsNumber(int n) {
  // One base in eleven has no check digit; the bases around it take its place.
  for (int base = n * 2;; ++base) {
    const std::string digits = absl::StrFormat("999%06d", base);
    int sum = 0;
    for (int i = 0; i < 9; ++i) sum += (digits[i] - '0') * (10 - i);
    const int check = (11 - sum % 11) % 11;
    if (check != 10) return StrCat(digits, check);
  }
}

std::string DateOfBirth(int n) {
  const absl::CivilDay day = absl::CivilDay(1950, 1, 1) + n;
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

v1::Person Victim(int n) {
  v1::Person person;
  person.set_capacity(v1::VICTIM);
  person.set_full_name(StrCat("Asha ", Syllables(n), " Example"));
  person.set_date_of_birth(DateOfBirth(12000 + n));
  AddId(v1::NHS_NUMBER, NhsNumber(n), &person);
  v1::Address& address = *person.add_addresses();
  address.add_lines(StrCat(n + 1, " Synthetic Street"));
  address.set_postcode("FY1 4XX");
  address.set_local_authority("E06000009");
  v1::ContactMethod& contact = *person.add_contacts();
  contact.set_phone("01632 960001");
  contact.set_safe_to_call(true);
  person.set_workplace("Example Works");
  person.set_relationship("ex-partner");
  return person;
}

v1::Person Perpetrator(int n) {
  v1::Person person;
  person.set_capacity(v1::PERPETRATOR);
  person.set_full_name(StrCat("Bram ", Syllables(n), " Specimen"));
  person.set_date_of_birth(DateOfBirth(9000 + n));
  AddId(v1::PNC_ID, PncId(n), &person);
  v1::Address& address = *person.add_addresses();
  address.add_lines("2 Imaginary Road");
  address.set_postcode("PR1 9ZZ");
  address.set_local_authority("E07000123");
  return person;
}

v1::Person Child(int n) {
  v1::Person person;
  person.set_capacity(v1::CHILD);
  person.set_full_name(StrCat("Cory ", Syllables(n), " Example"));
  person.set_date_of_birth(DateOfBirth(22000 + n));
  person.set_school("Invented Primary School");
  return person;
}

absl::Time At(int minute) { return absl::FromUnixSeconds(kFirstMinute) + absl::Minutes(minute); }

v1::PushRequest Referral(int n, std::string_view reference, int minute) {
  v1::PushRequest push = Push(v1::MARAC_MEETING, "marac-desk", reference, minute);
  v1::CaseEvent& event = *push.mutable_event();
  *event.add_persons() = Victim(n);
  *event.add_persons() = Perpetrator(n);
  v1::MaracReferral& referral = *event.mutable_marac_referral();
  referral.add_criteria(v1::MaracReferral::POTENTIAL_ESCALATION);
  referral.set_reason("She said that it happens each week now (synthetic).");
  referral.set_safety_plan_summary("New locks and a code word (synthetic).");
  referral.add_proposed_actions("Flag the address (synthetic).");
  return push;
}

v1::PushRequest Incident(int n, std::string_view reference, int minute) {
  v1::PushRequest push = Push(v1::LAW_ENFORCEMENT, "niche-rms", reference, minute);
  v1::CaseEvent& event = *push.mutable_event();
  *event.add_persons() = Victim(n);
  *event.add_persons() = Perpetrator(n);
  v1::IncidentNotification& incident = *event.mutable_incident();
  incident.set_incident_number(StrCat("LC-TEST-", reference));
  incident.set_domestic_abuse_flag(true);
  incident.set_is_crime(true);
  incident.add_offence_codes("8/58");
  incident.set_initial_grade(v1::HIGH);
  incident.add_behaviours(v1::VIOLENT_OR_THREATENING);
  incident.set_circumstances("She told the officer that he waits at her work (synthetic).");
  incident.set_arrest_made(true);
  incident.set_police_response_plan("Treat calls from the address as urgent (synthetic).");
  return push;
}

v1::PushRequest Custody(int n, std::string_view reference, int minute) {
  v1::PushRequest push = Push(v1::LAW_ENFORCEMENT, "niche-rms", reference, minute);
  v1::CaseEvent& event = *push.mutable_event();
  *event.add_persons() = Perpetrator(n);
  v1::CustodyChange& change = *event.mutable_custody_change();
  change.set_change(v1::CustodyChange::BAILED);
  change.set_establishment("Example Custody Suite");
  change.add_bail_conditions("No contact with the witness (synthetic).");
  change.add_exclusion_places("Synthetic Street");
  return push;
}

v1::PushRequest SocialContact(int n, std::string_view reference, int minute) {
  v1::PushRequest push = Push(v1::CHILD_SAFEGUARDING, "liquidlogic", reference, minute);
  v1::CaseEvent& event = *push.mutable_event();
  *event.add_persons() = Victim(n);
  *event.add_persons() = Perpetrator(n);
  *event.add_persons() = Child(n);
  v1::SocialCareContact& contact = *event.mutable_social_care_contact();
  contact.set_kind(v1::SocialCareContact::SECTION_47_ENQUIRY);
  contact.set_summary("Enquiry opened (synthetic).");
  contact.set_child_said("That it is loud at night (synthetic).");
  return push;
}

v1::PushRequest Liaison(int n, std::string_view reference, int minute) {
  v1::PushRequest push = Push(v1::VICTIM_SUPPORT, "oasis", reference, minute);
  v1::CaseEvent& event = *push.mutable_event();
  event.set_source_class(v1::SOURCE_VICTIM);
  *event.add_persons() = Victim(n);
  *event.add_persons() = Perpetrator(n);
  v1::LiaisonContact& contact = *event.mutable_liaison_contact();
  contact.set_outcome(v1::LiaisonContact::CONTACT_MADE);
  contact.set_what_was_said("That she is staying with a friend (synthetic).");
  contact.set_safety_plan("Call only in the morning (synthetic).");
  contact.set_risk_now(v1::HIGH);
  return push;
}

v1::PushRequest CorrectionOf(const v1::PushRequest& corrected, std::string_view reference,
                             int minute) {
  v1::PushRequest push = corrected;
  v1::CaseEvent& event = *push.mutable_event();
  event.set_source_reference(std::string(reference));
  *event.mutable_occurred_at() = ToTimestamp(At(minute));
  v1::IncidentNotification incident = corrected.event().incident();
  incident.set_circumstances("The waiting was at another place (synthetic).");
  v1::Correction& correction = *event.mutable_correction();
  correction.set_corrects_reference(corrected.event().source_reference());
  correction.set_corrects_revision(corrected.event().revision());
  correction.add_corrected_fields("incident.circumstances");
  *correction.mutable_incident() = std::move(incident);
  return push;
}

}  // namespace concordat::tests
