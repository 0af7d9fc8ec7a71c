#include "auth/legal_basis.h"

#include <string>

#include "absl/status/status.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::auth {
namespace {

std::string Number(int value) { return StrCat("the number ", value); }

absl::Status CheckEnums(const v1::PurposeRule& rule, const std::string& path) {
  if (!v1::Purpose_IsValid(rule.purpose()) || rule.purpose() == v1::PURPOSE_UNSPECIFIED) {
    return FieldError(StrCat(path, ".purpose"), Number(rule.purpose()), "a purpose");
  }
  if (!v1::LegalGateway_IsValid(rule.gateway()) || rule.gateway() == v1::GATEWAY_UNSPECIFIED) {
    return FieldError(StrCat(path, ".gateway"), Number(rule.gateway()), "a legal gateway");
  }
  if (!v1::Regime_IsValid(rule.regime()) || rule.regime() == v1::REGIME_UNSPECIFIED) {
    return FieldError(StrCat(path, ".regime"), Number(rule.regime()), "PART_3 or UK_GDPR");
  }
  return absl::OkStatus();
}

// Two statutes that serve one kind of purpose and no other.
absl::Status CheckPair(const v1::PurposeRule& rule, bool purpose_is_served,
                       v1::LegalGateway gateway, const std::string& path) {
  if (purpose_is_served == (rule.gateway() == gateway)) return absl::OkStatus();
  return FieldError(StrCat(path, ".gateway"), v1::LegalGateway_Name(rule.gateway()),
                    StrCat(purpose_is_served ? "" : "another than ", v1::LegalGateway_Name(gateway),
                           " for ", v1::Purpose_Name(rule.purpose())));
}

}  // namespace

bool IsLogPurpose(v1::Purpose purpose) {
  switch (purpose) {
    case v1::VERIFY_LAWFULNESS:
    case v1::SELF_MONITORING:
    case v1::INTEGRITY_AND_SECURITY:
    case v1::CRIMINAL_PROCEEDINGS:
      return true;
    default:
      return false;
  }
}

bool IsCompetentAuthority(v1::Role role) { return role == v1::POLICE || role == v1::PROBATION; }

bool IsRelevantAuthority(v1::Role role) {
  switch (role) {
    case v1::POLICE:
    case v1::PROBATION:
    case v1::CHILDRENS_SOCIAL_CARE:
    case v1::ADULT_SOCIAL_CARE:
    case v1::HEALTH_SERVICE:
    case v1::MARAC_COORDINATOR:
      return true;
    default:
      return false;
  }
}

absl::Status CheckPurposeRule(v1::Role role, const v1::PurposeRule& rule, const std::string& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckEnums(rule, path));
  if (rule.regime() == v1::PART_3 && !IsCompetentAuthority(role)) {
    return FieldError(
        StrCat(path, ".regime"), "PART_3",
        StrCat("UK_GDPR for ", v1::Role_Name(role), ", which is no competent authority"));
  }
  if (rule.gateway() == v1::CRIME_AND_DISORDER_ACT_1998_S115 && !IsRelevantAuthority(role)) {
    return FieldError(
        StrCat(path, ".gateway"), v1::LegalGateway_Name(rule.gateway()),
        StrCat("another for ", v1::Role_Name(role), ", which may be no relevant authority"));
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckPair(rule, IsLogPurpose(rule.purpose()), v1::DATA_PROTECTION_ACT_2018_S62, path));
  return CheckPair(rule, rule.purpose() == v1::INFORMATION_RIGHTS, v1::DATA_PROTECTION_ACT_2018_S47,
                   path);
}

}  // namespace concordat::auth
