#include "services/common/validate_person.h"

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"
#include "base/person_identifiers.h"
#include "base/status_macros.h"
#include "services/common/text_rules.h"

namespace concordat::services {
namespace {

constexpr size_t kUprnDigitsMax = 12;

absl::Status ValidateContact(const v1::ContactMethod& contact, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckText(path.Child("phone"), contact.phone(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(CheckText(path.Child("email"), contact.email(), kShortTextBytesMax));
  return CheckText(path.Child("safe_times"), contact.safe_times(), kShortTextBytesMax);
}

absl::Status ValidateDetails(const v1::Person& person, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("workplace"), person.workplace(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(CheckText(path.Child("school"), person.school(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("relationship"), person.relationship(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("ethnicity"), person.ethnicity(), kShortTextBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("language"), person.language(), kShortTextBytesMax));
  return CheckText(path.Child("gp_practice"), person.gp_practice(), kShortTextBytesMax);
}

}  // namespace

absl::Status ValidateExternalId(const v1::ExternalId& id, const FieldPath& path) {
  const FieldPath value = path.Child("value");
  switch (id.type()) {
    case v1::PNC_ID:
      return CheckPncId(value.ToString(), id.value());
    case v1::CRO_NUMBER:
      return CheckCroNumber(value.ToString(), id.value());
    case v1::NHS_NUMBER:
      return CheckNhsNumber(value.ToString(), id.value());
    case v1::UPRN:
      return CheckDigits(value, id.value(), kUprnDigitsMax);
    case v1::LOCAL_PERSON_ID:
    case v1::NDELIUS_CRN:
      return CheckId(value, id.value(), kForeignIdBytesMax);
    default:
      return path.Child("type").Error("IDENTIFIER_TYPE_UNSPECIFIED", "the identifier's type");
  }
}

absl::Status ValidateAddress(const v1::Address& address, const FieldPath& path) {
  for (int i = 0; i < address.lines_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckText(path.Child("lines", i), address.lines(i), kShortTextBytesMax));
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("postcode"), address.postcode(), kShortTextBytesMax));
  if (address.local_authority().empty()) return absl::OkStatus();
  return CheckLocalAuthority(path.Child("local_authority"), address.local_authority());
}

absl::Status ValidatePerson(const v1::Person& person, const FieldPath& path, absl::CivilDay today) {
  if (person.capacity() == v1::CAPACITY_UNSPECIFIED) {
    return path.Child("capacity")
        .Error("CAPACITY_UNSPECIFIED", "one of VICTIM, PERPETRATOR, CHILD, THIRD_PARTY");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckName(path.Child("full_name"), person.full_name()));
  if (!person.date_of_birth().empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckDate(path.Child("date_of_birth"), person.date_of_birth(), today));
  }
  for (int i = 0; i < person.external_ids_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        ValidateExternalId(person.external_ids(i), path.Child("external_ids", i)));
  }
  for (int i = 0; i < person.addresses_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(ValidateAddress(person.addresses(i), path.Child("addresses", i)));
  }
  for (int i = 0; i < person.contacts_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(ValidateContact(person.contacts(i), path.Child("contacts", i)));
  }
  return ValidateDetails(person, path);
}

}  // namespace concordat::services
