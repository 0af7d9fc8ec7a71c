// Certificates that no careful authority would make, for tests of who refuses them.
#ifndef CONCORDAT_CRYPTO_TESTING_ODD_CERTIFICATE_H_
#define CONCORDAT_CRYPTO_TESTING_ODD_CERTIFICATE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace concordat::crypto::testing {

enum class KeyKind { kP256, kP384, kP224, kEd25519, kRsa2048, kRsa1024 };

struct OddCertificate {
  std::string name;  // Its common name.
  // In OpenSSL's configuration language: {"basicConstraints", "critical,CA:TRUE"}.
  std::vector<std::pair<std::string, std::string>> extensions;
  KeyKind key = KeyKind::kP256;
  bool sha1 = false;
  absl::Duration valid_for = absl::Hours(2);  // From a day ago to so long from now.
};

struct MadeCertificate {
  std::string certificate_pem;
  std::string private_key_pem;
};

// Signed by `issuer`, which need not be allowed to; null: by itself. CHECKs that everything works.
MadeCertificate Make(const OddCertificate& odd, const MadeCertificate* issuer = nullptr);

// An authority in order, and with more extensions.
OddCertificate AuthorityNamed(const std::string& name,
                              std::vector<std::pair<std::string, std::string>> more = {});
// A workload's certificate in order: for both ends of TLS, with this one URI.
OddCertificate LeafFor(const std::string& uri);

}  // namespace concordat::crypto::testing

#endif  // CONCORDAT_CRYPTO_TESTING_ODD_CERTIFICATE_H_
