#include "auth/sharing_terms.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/status/status.h"
#include "auth/legal_basis.h"
#include "auth/spiffe_id.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"

namespace concordat::auth {
namespace {

static_assert(v1::Purpose_MAX < 32, "SharingTerms holds one bit a purpose");

// Those of google.protobuf.Timestamp.
constexpr int64_t kSecondsMin = -62135596800;
constexpr int64_t kSecondsMax = 253402300799;
constexpr int32_t kNanosMax = 999999999;

using Numbers = google::protobuf::RepeatedField<int>;

absl::Status CheckNumbers(const Numbers& numbers, bool (*is_valid)(int), const std::string& path,
                          const char* want) {
  if (numbers.empty()) return FieldError(path, "empty", want);
  std::set<int> seen;
  for (int i = 0; i < numbers.size(); ++i) {
    const int number = numbers.Get(i);
    const std::string element = StrCat(path, "[", i, "]");
    if (number == 0 || !is_valid(number)) {
      return FieldError(element, StrCat("the number ", number), want);
    }
    if (!seen.insert(number).second) {
      return FieldError(element, StrCat("the number ", number, " again"), "each once");
    }
  }
  return absl::OkStatus();
}

uint32_t BitsOf(const Numbers& purposes) {
  uint32_t bits = 0;
  for (const int purpose : purposes) bits |= uint32_t{1} << purpose;
  return bits;
}

absl::Status CheckTime(bool given, const google::protobuf::Timestamp& time,
                       const std::string& path) {
  if (!given) return FieldError(path, "nothing", "a time");
  if (time.seconds() >= kSecondsMin && time.seconds() <= kSecondsMax && time.nanos() >= 0 &&
      time.nanos() <= kNanosMax) {
    return absl::OkStatus();
  }
  return FieldError(path, "a time out of range", "one of the years 1 to 9999");
}

absl::Status CheckAgencies(const v1::Agreement& agreement, const std::string& path) {
  if (agreement.agencies_size() < 2) {
    return FieldError(path, StrCat(agreement.agencies_size(), " agencies"), "two or more");
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < agreement.agencies_size(); ++i) {
    const std::string& agency = agreement.agencies(i);
    const std::string element = StrCat(path, "[", i, "]");
    if (!IsAgencyName(agency)) return FieldError(element, "a malformed id", "an agency's id");
    if (!seen.insert(agency).second) return FieldError(element, agency, "each agency once");
  }
  return absl::OkStatus();
}

}  // namespace

// Fills one SharingTerms, or says what is wrong.
class SharingCompiler {
 public:
  absl::Status AddGateway(const v1::GatewayRule& rule, const std::string& path) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckNumbers(rule.senders(), v1::Role_IsValid, path + ".senders", "roles"));
    CONCORDAT_RETURN_IF_ERROR(
        CheckNumbers(rule.recipients(), v1::Role_IsValid, path + ".recipients", "roles"));
    CONCORDAT_RETURN_IF_ERROR(
        CheckNumbers(rule.purposes(), v1::Purpose_IsValid, path + ".purposes", "purposes"));
    for (const int recipient : rule.recipients()) {
      for (const int purpose : rule.purposes()) {
        CONCORDAT_RETURN_IF_ERROR(CheckLaw(rule.gateway(), static_cast<v1::Role>(recipient),
                                           static_cast<v1::Purpose>(purpose), path));
        given_.insert({rule.gateway(), recipient, purpose});
        for (const int sender : rule.senders()) {
          if (ways_.insert({rule.gateway(), sender, recipient, purpose}).second) continue;
          return FieldError(path,
                            StrCat(v1::LegalGateway_Name(rule.gateway()), " from ",
                                   v1::Role_Name(static_cast<v1::Role>(sender)), " to ",
                                   v1::Role_Name(static_cast<v1::Role>(recipient)), " for ",
                                   v1::Purpose_Name(static_cast<v1::Purpose>(purpose)), " again"),
                            "each way once");
        }
      }
    }
    for (const int sender : rule.senders()) {
      for (const int recipient : rule.recipients()) {
        terms_.gateways_[sender][recipient] |= BitsOf(rule.purposes());
      }
    }
    terms_.asks_for_gateway_ = true;
    return absl::OkStatus();
  }

  // What a role acts by must be a way that something reaches it.
  absl::Status CheckPurposes(const v1::RoleRule& role, const std::string& path) const {
    for (int i = 0; i < role.purposes_size(); ++i) {
      const v1::PurposeRule& rule = role.purposes(i);
      if (given_.count({rule.gateway(), role.role(), rule.purpose()}) == 1) continue;
      return FieldError(StrCat(path, ".purposes[", i, "].gateway"),
                        v1::LegalGateway_Name(rule.gateway()),
                        StrCat("one that policy.gateways has to ", v1::Role_Name(role.role()),
                               " for ", v1::Purpose_Name(rule.purpose())));
    }
    return absl::OkStatus();
  }

  absl::Status AddAgreement(const v1::Agreement& agreement, const std::string& path) {
    if (agreement.id().empty()) return FieldError(path + ".id", "empty", "a unique id");
    if (!ids_.insert(agreement.id()).second) {
      return FieldError(path + ".id", agreement.id(), "each id once");
    }
    const std::string named = StrCat(path, " (", agreement.id(), ")");
    CONCORDAT_RETURN_IF_ERROR(CheckAgencies(agreement, named + ".agencies"));
    CONCORDAT_RETURN_IF_ERROR(
        CheckNumbers(agreement.purposes(), v1::Purpose_IsValid, named + ".purposes", "purposes"));
    CONCORDAT_RETURN_IF_ERROR(
        CheckTime(agreement.has_valid_from(), agreement.valid_from(), named + ".valid_from"));
    CONCORDAT_RETURN_IF_ERROR(
        CheckTime(agreement.has_valid_until(), agreement.valid_until(), named + ".valid_until"));
    const absl::Time from = ToTime(agreement.valid_from());
    const absl::Time until = ToTime(agreement.valid_until());
    if (from >= until) {
      return FieldError(
          named + ".valid_until", absl::FormatTime(until, absl::UTCTimeZone()),
          StrCat("a time after valid_from, ", absl::FormatTime(from, absl::UTCTimeZone())));
    }
    for (const std::string& agency : agreement.agencies()) {
      by_agency_[agency].push_back(terms_.terms_.size());
    }
    terms_.terms_.push_back({StrCat(SharingTerms::kAgreementPrefix, agreement.id()),
                             BitsOf(agreement.purposes()), from, until});
    return absl::OkStatus();
  }

  SharingTerms Finish(bool agreements_required) {
    terms_.asks_for_agreement_ = agreements_required;
    for (auto& [agency, terms] : by_agency_) {
      terms_.by_agency_.emplace_back(agency, std::move(terms));
    }
    return std::move(terms_);
  }

 private:
  // Of a recipient's purpose the same gateways are refused here as there. The regime is not asked.
  static absl::Status CheckLaw(v1::LegalGateway gateway, v1::Role recipient, v1::Purpose purpose,
                               const std::string& path) {
    v1::PurposeRule rule;
    rule.set_purpose(purpose);
    rule.set_gateway(gateway);
    rule.set_regime(v1::UK_GDPR);
    return CheckPurposeRule(recipient, rule, path);
  }

  SharingTerms terms_;
  std::set<std::tuple<int, int, int, int>> ways_;  // Gateway, sender, recipient, purpose.
  std::set<std::tuple<int, int, int>> given_;      // Gateway, recipient, purpose.
  std::set<std::string> ids_;
  std::map<std::string, std::vector<size_t>> by_agency_;
};

absl::StatusOr<SharingTerms> SharingTerms::Create(const v1::ReleasePolicy& policy) {
  SharingCompiler compiler;
  for (int i = 0; i < policy.gateways_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        compiler.AddGateway(policy.gateways(i), StrCat("policy.gateways[", i, "]")));
  }
  for (int i = 0; policy.gateways_size() > 0 && i < policy.roles_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        compiler.CheckPurposes(policy.roles(i), StrCat("policy.roles[", i, "]")));
  }
  if (policy.agreements_required() != (policy.agreements_size() > 0)) {
    return FieldError("policy.agreements", StrCat(policy.agreements_size(), " agreements"),
                      policy.agreements_required() ? "one or more, since agreements_required is set"
                                                   : "agreements_required beside them");
  }
  for (int i = 0; i < policy.agreements_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        compiler.AddAgreement(policy.agreements(i), StrCat("policy.agreements[", i, "]")));
  }
  return compiler.Finish(policy.agreements_required());
}

bool SharingTerms::HasGateway(v1::Role sender, v1::Role recipient, v1::Purpose purpose) const {
  if (!asks_for_gateway_) return true;
  if (!v1::Role_IsValid(sender) || !v1::Role_IsValid(recipient) || !v1::Purpose_IsValid(purpose)) {
    return false;
  }
  return ((gateways_[sender][recipient] >> purpose) & 1u) != 0;
}

const std::vector<size_t>* SharingTerms::TermsOf(std::string_view agency) const {
  const auto found = std::lower_bound(
      by_agency_.begin(), by_agency_.end(), agency,
      [](const TermsOfAgency& terms, std::string_view wanted) { return terms.first < wanted; });
  return found != by_agency_.end() && found->first == agency ? &found->second : nullptr;
}

const std::string* SharingTerms::FindAgreement(std::string_view source, std::string_view reader,
                                               v1::Purpose purpose, absl::Time at) const {
  const std::vector<size_t>* const sources = TermsOf(source);
  const std::vector<size_t>* const readers = TermsOf(reader);
  if (sources == nullptr || readers == nullptr || !v1::Purpose_IsValid(purpose)) return nullptr;
  auto next = readers->begin();
  for (const size_t i : *sources) {
    while (next != readers->end() && *next < i) ++next;
    if (next == readers->end()) return nullptr;
    const Term& term = terms_[i];
    if (*next == i && ((term.purposes >> purpose) & 1u) != 0 && term.from <= at &&
        at < term.until) {
      return &term.rule_id;
    }
  }
  return nullptr;
}

}  // namespace concordat::auth
