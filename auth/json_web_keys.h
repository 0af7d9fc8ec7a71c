// An issuer's published keys: a JSON Web Key Set (RFC 7517), of which ES256's are used.
#ifndef CONCORDAT_AUTH_JSON_WEB_KEYS_H_
#define CONCORDAT_AUTH_JSON_WEB_KEYS_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "crypto/p256.h"

namespace concordat::auth {

inline constexpr size_t kJsonWebKeysMax = 64;
inline constexpr size_t kJsonWebKeySetBytesMax = 262144;
inline constexpr size_t kJsonWebKeyIdBytesMax = 256;

// Immutable, thread-safe.
class JsonWebKeys {
 public:
  // Keys of another type, curve, use or algorithm are passed over (RFC 7517 section 5).
  // INVALID_ARGUMENT, for the whole set, when it is no such set, larger than the limits, has no key
  // for ES256, a private key, one without "kid" or with coordinates that are no point, or two with
  // the same "kid".
  static absl::StatusOr<JsonWebKeys> Parse(std::string_view text);

  // Null for an id that is not in the set.
  const crypto::P256VerifyingKey* Find(std::string_view key_id) const;
  size_t size() const { return keys_.size(); }

 private:
  absl::flat_hash_map<std::string, crypto::P256VerifyingKey> keys_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_JSON_WEB_KEYS_H_
