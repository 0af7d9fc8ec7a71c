// HMAC-SHA-256 (RFC 2104, RFC 4231).
#ifndef CONCORDAT_CRYPTO_HMAC_H_
#define CONCORDAT_CRYPTO_HMAC_H_

#include <string_view>

#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"

namespace concordat::crypto {

// The authentication code of `message` under a key of any size (32 random bytes are the sensible
// one). Thread-safe.
Digest HmacSha256(const SecretBytes& key, std::string_view message);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_HMAC_H_
