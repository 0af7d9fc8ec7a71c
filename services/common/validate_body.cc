#include "services/common/validate_body.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "auth/spiffe_id.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/text_rules.h"
#include "services/common/validate_person.h"
#include "services/common/validate_risk.h"

namespace concordat::services {
namespace {

constexpr int64_t kFirstSecondOf1900 = -2208988800;
constexpr int64_t kLastSecondOf9999 = 253402300799;

absl::Status ValidateIntelligence(const v1::IntelligenceReport& report, const FieldPath& path) {
  if (report.source_evaluation() < 1 || report.source_evaluation() > 3) {
    return path.Child("source_evaluation")
        .Error(absl::StrCat(report.source_evaluation()), "1 to 3");
  }
  const std::string& assessment = report.assessment();
  if (assessment.size() != 1 || assessment[0] < 'A' || assessment[0] > 'E') {
    return path.Child("assessment").Error("another text", "one letter from A to E");
  }
  if (report.sanitised_text().empty()) {
    return path.Child("sanitised_text").Error("an empty string", "the sanitised text");
  }
  return absl::OkStatus();
}

absl::Status Validate(const v1::IncidentNotification& incident, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckOptionalId(path.Child("incident_number"),
                                            incident.incident_number(), kForeignIdBytesMax));
  for (int i = 0; i < incident.offence_codes_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId(path.Child("offence_codes", i), incident.offence_codes(i), kForeignIdBytesMax));
  }
  for (int i = 0; i < incident.behaviours_size(); ++i) {
    if (incident.behaviours(i) == v1::ABUSIVE_BEHAVIOUR_UNSPECIFIED) {
      return path.Child("behaviours", i).Error("ABUSIVE_BEHAVIOUR_UNSPECIFIED", "a behaviour");
    }
  }
  if (incident.children_count() > kChildrenCountMax) {
    return path.Child("children_count")
        .Error(absl::StrCat(incident.children_count()),
               absl::StrCat("at most ", kChildrenCountMax));
  }
  if (incident.has_location()) {
    CONCORDAT_RETURN_IF_ERROR(ValidateAddress(incident.location(), path.Child("location")));
  }
  if (!incident.has_intelligence()) return absl::OkStatus();
  return ValidateIntelligence(incident.intelligence(), path.Child("intelligence"));
}

absl::Status Validate(const v1::MaracReferral& referral, const FieldPath& path) {
  if (referral.criteria().empty()) {
    return path.Child("criteria").Error("no criterion", "at least one");
  }
  for (int i = 0; i < referral.criteria_size(); ++i) {
    if (referral.criteria(i) == v1::MaracReferral::CRITERION_UNSPECIFIED) {
      return path.Child("criteria", i).Error("CRITERION_UNSPECIFIED", "a criterion");
    }
  }
  absl::flat_hash_set<std::string_view> invited;
  for (int i = 0; i < referral.invited_agencies_size(); ++i) {
    const FieldPath at = path.Child("invited_agencies", i);
    if (!auth::IsAgencyName(referral.invited_agencies(i))) {
      return at.Error("another form",
                      absl::StrCat("an agency id: a-z, 0-9 and '-', at most ", kAgencyIdBytesMax));
    }
    if (!invited.insert(referral.invited_agencies(i)).second) {
      return at.Error("an agency invited before", "each agency once");
    }
  }
  return absl::OkStatus();
}

absl::Status Validate(const v1::SocialCareContact& contact, const FieldPath& path) {
  if (contact.kind() != v1::SocialCareContact::KIND_UNSPECIFIED) return absl::OkStatus();
  return path.Child("kind").Error("KIND_UNSPECIFIED", "the kind of contact");
}

absl::Status Validate(const v1::CustodyChange& change, const FieldPath& path) {
  if (change.change() == v1::CustodyChange::CHANGE_UNSPECIFIED) {
    return path.Child("change").Error("CHANGE_UNSPECIFIED", "what changed");
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("establishment"), change.establishment(), kShortTextBytesMax));
  if (!change.has_expected_release_at()) return absl::OkStatus();
  return ValidateTimestamp(change.expected_release_at(), path.Child("expected_release_at"));
}

absl::Status Validate(const v1::LiaisonContact& contact, const FieldPath& path) {
  if (contact.outcome() != v1::LiaisonContact::OUTCOME_UNSPECIFIED) return absl::OkStatus();
  return path.Child("outcome").Error("OUTCOME_UNSPECIFIED", "the outcome of the contact");
}

absl::Status ValidateReplacement(const v1::Correction& correction, const FieldPath& path) {
  switch (correction.replacement_case()) {
    case v1::Correction::kIncident:
      return Validate(correction.incident(), path.Child("incident"));
    case v1::Correction::kRiskAssessment:
      return ValidateRiskAssessment(correction.risk_assessment(), path.Child("risk_assessment"));
    case v1::Correction::kSocialCareContact:
      return Validate(correction.social_care_contact(), path.Child("social_care_contact"));
    case v1::Correction::kCustodyChange:
      return Validate(correction.custody_change(), path.Child("custody_change"));
    case v1::Correction::kLiaisonContact:
      return Validate(correction.liaison_contact(), path.Child("liaison_contact"));
    case v1::Correction::REPLACEMENT_NOT_SET:
      break;
  }
  return absl::OkStatus();  // The earlier event is withdrawn.
}

absl::Status ValidateCorrection(const v1::CaseEvent& event, const FieldPath& path) {
  const v1::Correction& correction = event.correction();
  CONCORDAT_RETURN_IF_ERROR(CheckId(path.Child("corrects_reference"),
                                    correction.corrects_reference(), kSourceReferenceBytesMax));
  if (correction.corrects_revision() < 1) {
    return path.Child("corrects_revision").Error("0", "at least 1");
  }
  if (correction.corrects_reference() == event.source_reference() &&
      correction.corrects_revision() == event.revision()) {
    return path.Child("corrects_reference")
        .Error("this event's own reference and revision", "an earlier event's");
  }
  for (int i = 0; i < correction.corrected_fields_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(CheckId(path.Child("corrected_fields", i),
                                      correction.corrected_fields(i), kShortTextBytesMax));
  }
  return ValidateReplacement(correction, path);
}

}  // namespace

absl::Status ValidateTimestamp(const google::protobuf::Timestamp& timestamp,
                               const FieldPath& path) {
  if (timestamp.nanos() < 0 || timestamp.nanos() > 999999999) {
    return path.Error(absl::StrCat(timestamp.nanos(), " nanoseconds"), "0 to 999999999");
  }
  if (timestamp.seconds() < kFirstSecondOf1900) {
    return path.Error("a time before 1900", "a time from 1900 on");
  }
  if (timestamp.seconds() > kLastSecondOf9999) {
    return path.Error("a time after 9999", "a time of at most year 9999");
  }
  return absl::OkStatus();
}

absl::Status ValidateBody(const v1::CaseEvent& event, const FieldPath& path) {
  switch (event.body_case()) {
    case v1::CaseEvent::kIncident:
      return Validate(event.incident(), path.Child("incident"));
    case v1::CaseEvent::kRiskAssessment:
      return ValidateRiskAssessment(event.risk_assessment(), path.Child("risk_assessment"));
    case v1::CaseEvent::kMaracReferral:
      return Validate(event.marac_referral(), path.Child("marac_referral"));
    case v1::CaseEvent::kSocialCareContact:
      return Validate(event.social_care_contact(), path.Child("social_care_contact"));
    case v1::CaseEvent::kCustodyChange:
      return Validate(event.custody_change(), path.Child("custody_change"));
    case v1::CaseEvent::kLiaisonContact:
      return Validate(event.liaison_contact(), path.Child("liaison_contact"));
    case v1::CaseEvent::kCorrection:
      return ValidateCorrection(event, path.Child("correction"));
    case v1::CaseEvent::BODY_NOT_SET:
      break;
  }
  return path.Child("body").Error("no body", "a body such as incident or risk_assessment");
}

}  // namespace concordat::services
