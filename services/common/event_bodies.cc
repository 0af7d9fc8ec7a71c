#include "services/common/event_bodies.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace concordat::services {
namespace {

using v1::CaseEvent;

}  // namespace

bool EventBodies::Allows(CaseEvent::BodyCase body) const {
  return std::find(bodies_.begin(), bodies_.end(), body) != bodies_.end();
}

std::string EventBodies::Names() const {
  std::string names;
  for (size_t i = 0; i < bodies_.size(); ++i) {
    const auto* field = CaseEvent::descriptor()->FindFieldByNumber(bodies_[i]);
    const char* join = i == 0 ? "" : i + 1 == bodies_.size() ? " or " : ", ";
    absl::StrAppend(&names, join, std::string(field->name()));
  }
  return names.empty() ? "no event" : names;
}

const EventBodies& BodiesOfServiceRole(v1::Role service_role) {
  static const auto& police = *new EventBodies{CaseEvent::kIncident, CaseEvent::kRiskAssessment,
                                               CaseEvent::kCustodyChange, CaseEvent::kCorrection};
  static const auto& social = *new EventBodies{CaseEvent::kSocialCareContact,
                                               CaseEvent::kRiskAssessment, CaseEvent::kCorrection};
  static const auto& marac =
      *new EventBodies{CaseEvent::kMaracReferral, CaseEvent::kRiskAssessment};
  static const auto& victim = *new EventBodies{CaseEvent::kLiaisonContact,
                                               CaseEvent::kRiskAssessment, CaseEvent::kCorrection};
  static const auto& nothing = *new EventBodies{};
  switch (service_role) {
    case v1::POLICE:
      return police;
    case v1::CHILDRENS_SOCIAL_CARE:
    case v1::ADULT_SOCIAL_CARE:
      return social;
    case v1::MARAC_COORDINATOR:
      return marac;
    case v1::VICTIM_SERVICE:
      return victim;
    default:
      return nothing;
  }
}

}  // namespace concordat::services
