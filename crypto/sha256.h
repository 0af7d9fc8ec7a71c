// SHA-256 (FIPS 180-4).
#ifndef CONCORDAT_CRYPTO_SHA256_H_
#define CONCORDAT_CRYPTO_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace concordat::crypto {

inline constexpr size_t kDigestBytes = 32;

using Digest = std::array<uint8_t, kDigestBytes>;

// Thread-safe.
Digest Sha256(std::string_view data);

// The digest of everything given to Update, in order; of nothing, the digest of the empty string.
// Not thread-safe.
class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher(const Sha256Hasher&) = default;
  Sha256Hasher& operator=(const Sha256Hasher&) = default;

  Sha256Hasher& Update(std::string_view data);

  // The digest of what came so far. Leaves the hasher as it was: more may be added, and Finish
  // asked again.
  Digest Finish() const;

 private:
  // BoringSSL's SHA256_CTX, whose header stays out of ours.
  static constexpr size_t kStateBytes = 112;
  alignas(8) std::array<unsigned char, kStateBytes> state_;
};

// The 32 bytes; valid as long as `digest`.
std::string_view AsBytes(const Digest& digest);
std::string_view AsBytes(Digest&&) = delete;

// INVALID_ARGUMENT unless `bytes` are exactly 32.
absl::StatusOr<Digest> DigestFromBytes(std::string_view bytes);

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_SHA256_H_
