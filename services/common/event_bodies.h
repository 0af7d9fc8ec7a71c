// Which event bodies may come in through which door.
#ifndef CONCORDAT_SERVICES_COMMON_EVENT_BODIES_H_
#define CONCORDAT_SERVICES_COMMON_EVENT_BODIES_H_

#include <initializer_list>
#include <string>
#include <vector>

#include "concordat/v1/event.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services {

// A set of bodies. Immutable; thread-safe.
class EventBodies {
 public:
  EventBodies(std::initializer_list<v1::CaseEvent::BodyCase> bodies) : bodies_(bodies) {}

  bool Allows(v1::CaseEvent::BodyCase body) const;
  // "incident, risk_assessment or correction".
  std::string Names() const;

 private:
  std::vector<v1::CaseEvent::BodyCase> bodies_;
};

// What a role service may append, by its role: police incident, risk_assessment, custody_change,
// correction; social care social_care_contact, risk_assessment, correction; MARAC marac_referral,
// risk_assessment; a victim service liaison_contact, risk_assessment, correction. Nothing for any
// other role.
const EventBodies& BodiesOfServiceRole(v1::Role service_role);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_EVENT_BODIES_H_
