#ifndef CONCORDAT_AUTH_REDACTOR_H_
#define CONCORDAT_AUTH_REDACTOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/field_decision.h"
#include "auth/policy.h"
#include "auth/release_context.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::auth {

// What one reader gets of one event.
struct Redacted {
  v1::CaseEvent event;
  // One for each (class, action, reason, rule), ascending, with the number of fields left out or
  // reduced. A bool or a number counts whatever its value, for a marker that stood there only for
  // `true` would say what it leaves out. R7 leaves no marker: that a victim's words were withheld
  // would itself say that there were some. Nor does anything of a dropped message one of whose
  // fields R7 decides: its other fields would count what is gone.
  std::vector<v1::Marker> markers;
  // For the disclosure entry. Bit n: something of DataClass n is in `event` (whole or reduced), was
  // left out. Also for what R7 took away, so these must not reach the reader.
  uint32_t released_classes = 0;
  uint32_t withheld_classes = 0;
  std::vector<std::string>
      rule_ids;  // Ascending, each once; the row's first decided rule included.
  // Nothing of the event may be given: `event` is empty, there is one marker of no class and
  // without a count, and both class bits are 0: which classes there are is not looked at.
  bool withheld_whole = false;
};

// Applies the policy to every field of `event`, by reflection over its data_class options, and
// copies only what a decision released; fields unknown to this build are dropped. nullopt: the row
// is concealed, and nothing about it may show, in counts and cursors too.
//
// Whose fact a field is: within a Person, the person's capacity (unspecified and unknown: VICTIM).
// Elsewhere VICTIM, but PERPETRATOR for OFFENCES, RISK and for SUBSTANCE that is not free text,
// which may speak of anybody. An Address marked confidential is the victim's wherever it stands.
//
// A message of which nothing but REFERENCE is left is dropped, and that REFERENCE with it, untold;
// unless it came so, and nothing of it was left out. A perpetrator-facing view is not given one
// that came so either: what R7 took may not show. The body stays, for its type is the row's. A
// correction is a row of what it puts right, too: see ReleaseContext. Of a row that may be seen,
// PolicyEngine::DecideSharing has the word before any field has. Thread-safe; same arguments, same
// bytes.
std::optional<Redacted> Redact(const PolicyEngine& policy, const ReleaseContext& context,
                               const v1::CaseEvent& event);

// The same redaction with what each step of it decided.
struct Explanation {
  PolicyEngine::Decision row;  // RELEASE, or why the row is concealed.
  // Of a row that may be seen: RELEASE, or why nothing of it is given.
  PolicyEngine::Decision sharing = {v1::RELEASE, v1::REASON_UNSPECIFIED, ""};
  std::optional<Redacted> redacted;  // What Redact gives.
  // Of a row that may be seen and is given: each field that is set, and every bool and number, in
  // the order of declaration.
  std::vector<FieldDecision> fields;
};
Explanation Explain(const PolicyEngine& policy, const ReleaseContext& context,
                    const v1::CaseEvent& event);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_REDACTOR_H_
