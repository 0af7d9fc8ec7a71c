// Whether a certificate and a private key belong together, so that a process finds out before it
// serves.
#ifndef CONCORDAT_CRYPTO_KEY_PAIR_H_
#define CONCORDAT_CRYPTO_KEY_PAIR_H_

#include <string_view>

#include "absl/status/status.h"

namespace concordat::crypto {

// OK when the private key, in PEM and in the clear, is that of the first certificate in
// `certificate_pem`. INVALID_ARGUMENT "private key: ..." or "certificate: ..." for one that can't
// be read, is larger than kCertificatePemBytesMax, or belongs to another; holds nothing of the key.
// Thread-safe.
absl::Status CheckKeyPair(std::string_view certificate_pem, std::string_view private_key_pem);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_KEY_PAIR_H_
