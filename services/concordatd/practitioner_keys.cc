#include "services/concordatd/practitioner_keys.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/http/https_client.h"

namespace concordat::services {
namespace {

constexpr int kHttpOk = 200;

auth::IssuerKeys::Fetch FetchOf(const v1::PractitionerIssuer& issuer, v1::TlsFiles tls) {
  if (!issuer.jwks_file().empty()) {
    return [path = issuer.jwks_file()] { return ReadFile(path); };
  }
  if (!issuer.jwks_trusted_roots().empty()) tls.set_trusted_roots(issuer.jwks_trusted_roots());
  HttpsClient::Options options;
  options.tls = std::move(tls);
  options.response_bytes_max = auth::kJsonWebKeySetBytesMax;
  return [client = HttpsClient(std::move(options)),
          url = issuer.jwks_url()]() -> absl::StatusOr<std::string> {
    CONCORDAT_ASSIGN_OR_RETURN(HttpReply reply, client.Get(url));
    if (reply.status == kHttpOk) return std::move(reply.body);
    return absl::UnavailableError(StrCat(url, ": got status ", reply.status, ", want 200"));
  };
}

}  // namespace

absl::Status CheckIssuers(const v1::ServerConfig& config, const auth::Directory& directory) {
  const auto& issuers = config.practitioner_issuers();
  for (const v1::Agency& agency : directory.agencies()) {
    if (agency.suspended() || agency.practitioner_issuer().empty()) continue;
    const bool configured = std::any_of(issuers.begin(), issuers.end(), [&](const auto& issuer) {
      return issuer.issuer() == agency.practitioner_issuer();
    });
    if (!configured) {
      return FieldError(
          "practitioner_issuers", StrCat("none that is ", agency.practitioner_issuer()),
          StrCat("the issuer that the directory names for practitioners of ", agency.id()));
    }
  }
  return absl::OkStatus();
}

std::unique_ptr<auth::Practitioners> MakePractitioners(const v1::ServerConfig& config,
                                                       const Clock* clock,
                                                       auth::IssuerKeys::Say say) {
  auth::Practitioners::Options options;
  for (const v1::PractitionerIssuer& issuer : config.practitioner_issuers()) {
    options.issuers.push_back({issuer, FetchOf(issuer, config.tls())});
  }
  options.clock = clock;
  options.say = std::move(say);
  return auth::Practitioners::Create(std::move(options));
}

}  // namespace concordat::services
