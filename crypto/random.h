// Unpredictable bytes, from the system's generator. The only source of randomness in the project;
// it can't fail (the process ends if the system has none) and is thread-safe, also across fork.
#ifndef CONCORDAT_CRYPTO_RANDOM_H_
#define CONCORDAT_CRYPTO_RANDOM_H_

#include <cstddef>
#include <string>

#include "crypto/secret_bytes.h"

namespace concordat::crypto {

std::string RandomBytes(size_t bytes);

SecretBytes RandomSecret(size_t bytes);

inline constexpr size_t kRandomIdChars = 26;

// An identifier that will not come twice and can't be guessed: kRandomIdChars characters of
// lower-case base32 (RFC 4648 alphabet, a-z and 2-7), 130 random bits. Safe in a URL, a file name
// and a log line.
std::string RandomId();

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_RANDOM_H_
