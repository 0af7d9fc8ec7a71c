#include "services/common/certified_peer.h"

#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/certificate.h"
#include "crypto/sha256.h"

namespace concordat::services {

absl::Status CallerRefused(std::string_view got, std::string_view want) {
  return absl::PermissionDeniedError(StrCat("caller: got ", got, ", want ", want));
}

absl::StatusOr<auth::SpiffeId> ParseCallerWorkload(std::string_view uri) {
  absl::StatusOr<auth::SpiffeId> id = auth::SpiffeId::Parse(uri);
  if (!id.ok()) {
    return CallerRefused("a URI that names no agency's workload",
                         "spiffe://<trust domain>/agency/<agency>/<workload>");
  }
  return id;
}

absl::StatusOr<CertifiedPeer> CertifiedPeerOf(std::string_view pem, const auth::Trust& trust,
                                              absl::Time now) {
  const auto certificate = crypto::ParseCertificatePem(pem);
  if (!certificate.ok()) {
    return CallerRefused("a certificate that can't be read", "a readable one");
  }
  if (now < certificate->not_before || now > certificate->not_after) {
    return CallerRefused("a certificate that is out of date", "one in date");
  }
  if (trust.revoked().IsRevoked(pem)) {
    return CallerRefused("a certificate that its authority revoked", "another");
  }
  if (certificate->uri_sans.size() != 1) {
    return CallerRefused(StrCat("a certificate with ", certificate->uri_sans.size(), " URI names"),
                         "exactly one");
  }
  CONCORDAT_ASSIGN_OR_RETURN(auth::SpiffeId id, ParseCallerWorkload(certificate->uri_sans[0]));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Agency* agency, trust.directory().Resolve(id));
  // After the directory, whose one text is all that a stranger hears.
  if (!trust.MayCertify(pem, *agency, now)) {
    return CallerRefused("a certificate of an authority that does not certify this agency",
                         "one of its own authority");
  }
  return CertifiedPeer{std::move(id), agency, std::string(crypto::AsBytes(certificate->sha256))};
}

}  // namespace concordat::services
