#include "auth/perpetrator_lock.h"

#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

bool AlwaysFacesPerpetrator(v1::Role role) {
  return role == v1::DRIVE_CASE_MANAGER || role == v1::PROBATION || !v1::Role_IsValid(role) ||
         role == v1::ROLE_UNSPECIFIED;
}

// The switches list what is open, so that a value added later starts locked.
bool IsLockedClass(v1::DataClass field_class, v1::Capacity capacity) {
  switch (field_class) {
    case v1::IDENTITY:
    case v1::CHILDREN:
    case v1::INTELLIGENCE:
    case v1::OFFENCES:
    case v1::RISK:
    case v1::ACTIONS:
    case v1::PERPETRATOR_INTERVENTION:
    case v1::STAFF:
    case v1::REFERENCE:
      return false;
    case v1::CONTACT:
    case v1::HEALTH:
    case v1::SUBSTANCE:
      return capacity != v1::PERPETRATOR && capacity != v1::THIRD_PARTY;
    default:
      return true;
  }
}

bool IsLockedSource(v1::SourceClass source) {
  switch (source) {
    case v1::SOURCE_THIRD_PARTY:
    case v1::SOURCE_AGENCY_OBSERVED:
    case v1::SOURCE_PUBLIC_RECORD:
    case v1::SOURCE_PERPETRATOR_SELF:
      return false;
    default:
      return true;
  }
}

bool IsLockedEvent(v1::EventType type) {
  switch (type) {
    case v1::INCIDENT_EVENT:
    case v1::RISK_ASSESSMENT_EVENT:
    case v1::MARAC_REFERRAL_EVENT:
    case v1::SOCIAL_CARE_CONTACT_EVENT:
    case v1::CUSTODY_CHANGE_EVENT:
    case v1::CORRECTION_EVENT:
      return false;
    default:
      return true;
  }
}

}  // namespace concordat::auth
