// Promises of a release policy, written down so that a data protection officer can read and write
// them, one sentence a line:
//
//   # A comment.
//   Promise: The perpetrator's side never learns where the victim is.
//   drive case manager, probation: victim location of victim, child told by anyone
//     in any case is withheld because perpetrator facing
//   police: victim disclosure of victim when victim consent is released
//   marac coordinator: field persons.addresses.postcode of victim is generalised
//   probation: event liaison contact is concealed because perpetrator facing
//   evaluator: purpose any is refused
//
// In general:
//
//   ROLES [through ROLES]: WHAT [told by SOURCES] [when CONDITION and CONDITION | in any case]
//     is|are OUTCOME [because REASON]
//   WHAT is CLASSES of CAPACITIES; fields PATHS [of CAPACITIES]; events TYPES; or purposes
//   PURPOSES. OUTCOME is released, generalised or withheld of a class or a field; seen or concealed
//   of an event; allowed or refused of a purpose, whose REASON is its legal gateway.
//
// A list has commas, or is "any". Names are those of the policy, in any case, with spaces, '-' or
// '_'. A line that begins with a space continues the one before. Without "told by", an agency
// observed it; without "when", no condition holds. Of a field, what counts is what its reader gets:
// one that a generalising rule leaves nothing of is withheld.
#ifndef CONCORDAT_TOOLS_POLICY_CASES_H_
#define CONCORDAT_TOOLS_POLICY_CASES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/policy.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "tools/policy_field.h"

namespace concordat::tools {

// One line may stand for many cases, one for each combination of its lists; a file for so many.
inline constexpr size_t kPolicyCasesMax = size_t{1} << 18;

enum class CaseOutcome {
  kReleased,
  kGeneralised,
  kWithheld,
  kSeen,
  kConcealed,
  kAllowed,
  kRefused
};

struct PolicyCase {
  enum class About { kClass, kField, kEvent, kPurpose };

  uint64_t line = 0;    // From 1: where its sentence begins.
  std::string promise;  // The last one above it; may be empty.
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Role through = v1::ROLE_UNSPECIFIED;  // Unspecified: none.
  About about = About::kClass;
  v1::DataClass field_class = v1::DATA_CLASS_UNSPECIFIED;  // Of a field, its own.
  std::optional<PolicyField> field;
  v1::Capacity capacity = v1::CAPACITY_UNSPECIFIED;
  v1::EventType type = v1::EVENT_TYPE_UNSPECIFIED;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  v1::SourceClass source = v1::SOURCE_AGENCY_OBSERVED;
  std::vector<v1::Condition> conditions;
  CaseOutcome outcome = CaseOutcome::kWithheld;
  v1::ReasonCode reason = v1::REASON_UNSPECIFIED;      // Unspecified: any.
  v1::LegalGateway gateway = v1::GATEWAY_UNSPECIFIED;  // The same, of an allowed purpose.
};

// The cases of one file in its order. INVALID_ARGUMENT "<name>:<line>: got ..., want ..." at the
// first sentence that is none; also for a file without any, and for more than kPolicyCasesMax.
absl::StatusOr<std::vector<PolicyCase>> ParsePolicyCases(std::string_view name,
                                                         std::string_view text);

// "released", "seen", ...
std::string_view OutcomeWord(CaseOutcome outcome);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_CASES_H_
