// What the rest of the project needs to know of an X.509 certificate. Trust is decided in the TLS
// handshake; nothing here verifies a signature.
#ifndef CONCORDAT_CRYPTO_CERTIFICATE_H_
#define CONCORDAT_CRYPTO_CERTIFICATE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/sha256.h"

namespace concordat::crypto {

struct CertificateInfo {
  // Subject alternative names of type URI and DNS, in the certificate's order; empty when it has
  // none.
  std::vector<std::string> uri_sans;
  std::vector<std::string> dns_sans;
  // Valid from not_before to not_after, both included.
  absl::Time not_before;
  absl::Time not_after;
  // Of the DER bytes exactly as they came: what others print as the certificate's SHA-256
  // fingerprint.
  Digest sha256;
};

// The first certificate in `pem`; other blocks before it and anything after it are passed over.
// Thread-safe.
//
// INVALID_ARGUMENT, without any of the contents: no certificate, bytes after it inside its block,
// more than kCertificatePemBytesMax of text or kCertificateNamesMax names, a second subjectAltName
// extension, or a name that is not printable ASCII (a NUL inside a name is the classic way to be
// taken for somebody else).
absl::StatusOr<CertificateInfo> ParseCertificatePem(std::string_view pem);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_CERTIFICATE_H_
