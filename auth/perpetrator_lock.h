#ifndef CONCORDAT_AUTH_PERPETRATOR_LOCK_H_
#define CONCORDAT_AUTH_PERPETRATOR_LOCK_H_

#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

// R7: perpetrator-facing roles never get a victim's location, contact, safety plan or disclosures,
// nor a sign that the victim disclosed something. Compiled in, above every policy file. Pure.
// A number that this build does not know is locked.

// Roles that face perpetrators whatever a policy file says of them.
bool AlwaysFacesPerpetrator(v1::Role role);

// VICTIM_LOCATION, SAFETY_PLAN, VICTIM_DISCLOSURE; CONTACT, HEALTH and SUBSTANCE unless of a
// PERPETRATOR or a THIRD_PARTY; and a class that is unspecified or unknown.
bool IsLockedClass(v1::DataClass field_class, v1::Capacity capacity);

// Events whose source is the victim, a child, unspecified or unknown.
bool IsLockedSource(v1::SourceClass source);

// Liaison contacts: that one took place tells that the victim speaks to a victim service.
bool IsLockedEvent(v1::EventType type);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_PERPETRATOR_LOCK_H_
