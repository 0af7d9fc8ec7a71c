#include "auth/spiffe_id.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/str_cat.h"

namespace concordat::auth {
namespace {

constexpr std::string_view kScheme = "spiffe://";
constexpr std::string_view kAgencySegment = "/agency/";

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

absl::Status Refuse(std::string_view got) {
  return FieldError("spiffe_id", got, "spiffe://<trust domain>/agency/<agency>/<workload>");
}

}  // namespace

bool IsAgencyName(std::string_view text) {
  if (text.empty() || text.size() > kAgencyIdBytesMax) return false;
  if (text.front() == '-' || text.back() == '-') return false;
  for (char c : text) {
    if (!IsLowerOrDigit(c) && c != '-') return false;
  }
  return true;
}

bool IsTrustDomain(std::string_view text) {
  if (text.empty() || text.size() > kTrustDomainBytesMax) return false;
  for (char c : text) {
    if (!IsLowerOrDigit(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return true;
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(std::string_view uri) {
  if (uri.size() > kSpiffeIdBytesMax) return Refuse(StrCat(uri.size(), " bytes"));
  if (uri.substr(0, kScheme.size()) != kScheme) return Refuse("another scheme");
  const std::string_view rest = uri.substr(kScheme.size());
  const size_t path = rest.find('/');
  if (path == std::string_view::npos) return Refuse("no path");
  const std::string_view trust_domain = rest.substr(0, path);
  if (!IsTrustDomain(trust_domain)) return Refuse("a malformed trust domain");
  if (rest.substr(path, kAgencySegment.size()) != kAgencySegment) return Refuse("another path");
  const std::string_view names = rest.substr(path + kAgencySegment.size());
  const size_t slash = names.find('/');
  if (slash == std::string_view::npos) return Refuse("no workload");
  const std::string_view agency = names.substr(0, slash);
  const std::string_view workload = names.substr(slash + 1);
  if (!IsAgencyName(agency)) return Refuse("a malformed agency");
  // A further '/', a query or a fragment is not a name's character either.
  if (!IsAgencyName(workload)) return Refuse("a malformed workload");
  return SpiffeId(trust_domain, agency, workload);
}

std::string SpiffeId::ToString() const {
  return StrCat(kScheme, trust_domain_, kAgencySegment, agency_, "/", workload_);
}

}  // namespace concordat::auth
