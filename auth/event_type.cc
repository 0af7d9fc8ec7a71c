#include "auth/event_type.h"

namespace concordat::auth {

v1::EventType TypeOf(const v1::CaseEvent& event) {
  switch (event.body_case()) {
    case v1::CaseEvent::kIncident:
      return v1::INCIDENT_EVENT;
    case v1::CaseEvent::kRiskAssessment:
      return v1::RISK_ASSESSMENT_EVENT;
    case v1::CaseEvent::kMaracReferral:
      return v1::MARAC_REFERRAL_EVENT;
    case v1::CaseEvent::kSocialCareContact:
      return v1::SOCIAL_CARE_CONTACT_EVENT;
    case v1::CaseEvent::kCustodyChange:
      return v1::CUSTODY_CHANGE_EVENT;
    case v1::CaseEvent::kLiaisonContact:
      return v1::LIAISON_CONTACT_EVENT;
    case v1::CaseEvent::kCorrection:
      return v1::CORRECTION_EVENT;
    default:
      return v1::EVENT_TYPE_UNSPECIFIED;
  }
}

v1::EventType ReplacementTypeOf(const v1::Correction& correction) {
  switch (correction.replacement_case()) {
    case v1::Correction::kIncident:
      return v1::INCIDENT_EVENT;
    case v1::Correction::kRiskAssessment:
      return v1::RISK_ASSESSMENT_EVENT;
    case v1::Correction::kSocialCareContact:
      return v1::SOCIAL_CARE_CONTACT_EVENT;
    case v1::Correction::kCustodyChange:
      return v1::CUSTODY_CHANGE_EVENT;
    case v1::Correction::kLiaisonContact:
      return v1::LIAISON_CONTACT_EVENT;
    default:
      return v1::EVENT_TYPE_UNSPECIFIED;
  }
}

}  // namespace concordat::auth
