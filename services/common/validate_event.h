// What an event must be before anything is done with it. Pure: no I/O, no state.
//
// Every error is base/field_error.h's: the field's path from the request
// ("event.persons[2].full_name"), what came, what was wanted. Personal values never stand in it;
// their shape does. The first problem found is reported, sizes before contents.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_EVENT_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_EVENT_H_

#include "absl/status/status.h"
#include "base/clock.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/event_bodies.h"

namespace concordat::services {

// INVALID_ARGUMENT unless all of this holds:
//  - the event fits kMessageBytesMax, its lists and texts their bounds in base/limits.h;
//  - no unknown field or enum number anywhere in the tree: what this version can't classify it
//  can't protect;
//  - texts are UTF-8 without control characters (tab, line feed and carriage return may stand in
//  free text);
//  - source_system, source_reference (printable ASCII), revision >= 1, occurred_at (from 1900 to 5
//  minutes ahead of the
//    clock) and a body are there; embargo_until, where there is one, is at most 28 days ahead of
//    it;
//  - persons have a capacity and a name; dates are calendar dates; PNC, CRO and NHS numbers pass
//  their checks;
//    local authorities are GSS codes;
//  - a risk assessment's yes_count equals its YES answers where answers are given, and a score at
//  the threshold or
//    professional judgement is graded HIGH: judgement may raise a result, never lower it (MARAC
//    referral criteria);
//  - a correction names another event than itself, and a replacement obeys the rules of its body.
absl::Status ValidateEvent(const v1::CaseEvent& event, const Clock& clock);

// ValidateEvent, and: a purpose is named, the body is one that `allowed` allows.
absl::Status ValidatePush(const v1::PushRequest& request, const EventBodies& allowed,
                          const Clock& clock);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_EVENT_H_
