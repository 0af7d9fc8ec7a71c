// The rules of one person in an event; a part of validate_event.h.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_PERSON_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_PERSON_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "concordat/v1/person.pb.h"
#include "services/common/field_path.h"

namespace concordat::services {

// `today` is the last day that a date of birth may be. CheckTree has passed before.
// INVALID_ARGUMENT unless the person has a capacity and a name, typed identifiers that pass their
// checks, and bounded contacts and addresses.
absl::Status ValidatePerson(const v1::Person& person, const FieldPath& path, absl::CivilDay today);

// A typed identifier that passes its check.
absl::Status ValidateExternalId(const v1::ExternalId& id, const FieldPath& path);

// Also used for an incident's location.
absl::Status ValidateAddress(const v1::Address& address, const FieldPath& path);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_PERSON_H_
