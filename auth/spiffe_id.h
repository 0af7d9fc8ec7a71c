#ifndef CONCORDAT_AUTH_SPIFFE_ID_H_
#define CONCORDAT_AUTH_SPIFFE_ID_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace concordat::auth {

// Bounds of the SPIFFE ID standard, sections 2.3 and 2.1.
inline constexpr size_t kSpiffeIdBytesMax = 2048;
inline constexpr size_t kTrustDomainBytesMax = 255;

// a-z, 0-9 and '-' (neither first nor last), 1 to kAgencyIdBytesMax bytes: an agency id or a
// workload name. Stricter than SPIFFE, so that no two spellings name one agency.
bool IsAgencyName(std::string_view text);

// a-z, 0-9, '.', '-' and '_', 1 to kTrustDomainBytesMax bytes (SPIFFE ID section 2.1).
bool IsTrustDomain(std::string_view text);

// Who a certificate names: spiffe://<trust domain>/agency/<agency>/<workload>. A value of this type
// is well formed; whether anyone may act under it is the directory's to say. Immutable, copyable.
class SpiffeId {
 public:
  // INVALID_ARGUMENT for anything else than exactly that shape: another scheme, upper case, percent
  // encoding, port, user, query, fragment, empty, missing or further path segments.
  static absl::StatusOr<SpiffeId> Parse(std::string_view uri);

  const std::string& trust_domain() const { return trust_domain_; }
  const std::string& agency() const { return agency_; }
  const std::string& workload() const { return workload_; }
  std::string ToString() const;

  friend bool operator==(const SpiffeId& a, const SpiffeId& b) {
    return a.trust_domain_ == b.trust_domain_ && a.agency_ == b.agency_ &&
           a.workload_ == b.workload_;
  }
  friend bool operator!=(const SpiffeId& a, const SpiffeId& b) { return !(a == b); }

 private:
  SpiffeId(std::string_view trust_domain, std::string_view agency, std::string_view workload)
      : trust_domain_(trust_domain), agency_(agency), workload_(workload) {}

  std::string trust_domain_;
  std::string agency_;
  std::string workload_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_SPIFFE_ID_H_
