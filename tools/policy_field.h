// One field of a CaseEvent as people name it, and what redaction knows of it.
#ifndef CONCORDAT_TOOLS_POLICY_FIELD_H_
#define CONCORDAT_TOOLS_POLICY_FIELD_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/field_decision.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {

struct PolicyField {
  std::string path;  // "persons.addresses.lines": without indices.
  v1::DataClass field_class;
  v1::Generaliser generaliser;
  auth::FieldOutcome generalised;     // What GENERALISE leaves of it.
  bool of_a_person;                   // Whose fact it is, the person's capacity says.
  v1::Capacity capacity;              // Whose it is outside a person.
  std::vector<v1::EventType> events;  // That may carry it.
  v1::EventType replacement;          // Within a correction: what must be visible, too.
};

// The field at `path`, with indices or without, by its name in the proto or in JSON.
// INVALID_ARGUMENT, naming `flag`: no such field, with the names there are; a message, which has no
// class of its own.
absl::StatusOr<PolicyField> FindPolicyField(std::string_view flag, std::string_view path);

// What `action` leaves of a field, and of a class when `field` is null.
auth::FieldOutcome OutcomeOf(v1::ReleaseAction action, const PolicyField* field);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_FIELD_H_
