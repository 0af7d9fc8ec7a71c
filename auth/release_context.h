#ifndef CONCORDAT_AUTH_RELEASE_CONTEXT_H_
#define CONCORDAT_AUTH_RELEASE_CONTEXT_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "auth/conditions.h"
#include "auth/policy.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::auth {

// The row that a correction puts right, as the log holds it.
struct CorrectedRow {
  v1::EventType type;
  v1::SourceClass source;
};

// What a release decision needs to know besides the event's own content.
struct ReleaseContext {
  ViewRoles view;
  // Of the log entry, not of the opened event: R7 is decided without opening it. Where the event
  // says otherwise, the stricter of the two decides.
  v1::EventType type = v1::EVENT_TYPE_UNSPECIFIED;
  v1::SourceClass source = v1::SOURCE_CLASS_UNSPECIFIED;
  ConditionSet conditions;    // ConditionsOf(event, the case's flags).
  absl::Time event_time;      // occurred_at: ages are as of then.
  std::string source_agency;  // Named in markers as whom to ask.
  // With source_agency and the event's embargo_until, auth/sharing_terms.h's Sharing. What is not
  // set is refused where it is asked for.
  v1::Role source_role = v1::ROLE_UNSPECIFIED;
  std::string reader_agency;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  absl::Time decided_at = absl::InfinitePast();
  // For CORRECTION_EVENT: a reader who may not see what was corrected does not see its correction
  // either. Of a correction of a correction, the row that the chain began with. Absent, a
  // perpetrator-facing view sees no correction at all; other views go by the replacement's type.
  std::optional<CorrectedRow> corrects = std::nullopt;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_RELEASE_CONTEXT_H_
