// The type of an event, as the log, the policy's rows and the decisions speak of it. Pure.
#ifndef CONCORDAT_AUTH_EVENT_TYPE_H_
#define CONCORDAT_AUTH_EVENT_TYPE_H_

#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::auth {

// Of the event's body; EVENT_TYPE_UNSPECIFIED for an event without one.
v1::EventType TypeOf(const v1::CaseEvent& event);

// Of what the correction puts in place; EVENT_TYPE_UNSPECIFIED for one that only withdraws.
v1::EventType ReplacementTypeOf(const v1::Correction& correction);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_EVENT_TYPE_H_
