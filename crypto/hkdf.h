// HKDF with SHA-256 (RFC 5869): keys for separate purposes from one key.
#ifndef CONCORDAT_CRYPTO_HKDF_H_
#define CONCORDAT_CRYPTO_HKDF_H_

#include <cstddef>
#include <string_view>

#include "crypto/secret_bytes.h"

namespace concordat::crypto {

// RFC 5869 section 2.3: 255 blocks of 32 bytes.
inline constexpr size_t kHkdfBytesMax = size_t{255} * 32;

// Derives `bytes` bytes from `ikm`. An empty `salt` counts as 32 zeros; `info` names the purpose,
// and different purposes give independent keys. CHECKs that `bytes` is 1 to kHkdfBytesMax.
// Thread-safe.
SecretBytes HkdfSha256(const SecretBytes& ikm, std::string_view salt, std::string_view info,
                       size_t bytes);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_HKDF_H_
