// Valid events about plainly synthetic people, one of each body.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_TEST_EVENTS_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_TEST_EVENTS_H_

#include "absl/time/time.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::services::testing {

// The day on which the events happen: 2024-03-05 22:15 UTC.
absl::Time TestEventTime();

// Valid at any clock from TestEventTime on. The reference is "REF-1", the revision 1; a victim and
// a perpetrator stand in it.
v1::CaseEvent TestIncident();
// The same envelope around another body. BODY_NOT_SET: without one.
v1::CaseEvent TestEvent(v1::CaseEvent::BodyCase body);

// TestEvent in a push of `purpose` as item 7.
v1::PushRequest TestPush(v1::CaseEvent::BodyCase body, v1::Purpose purpose = v1::LAW_ENFORCEMENT);

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_TEST_EVENTS_H_
