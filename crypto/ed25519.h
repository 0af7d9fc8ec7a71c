// Ed25519 signatures (RFC 8032).
#ifndef CONCORDAT_CRYPTO_ED25519_H_
#define CONCORDAT_CRYPTO_ED25519_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {

inline constexpr size_t kEd25519SeedBytes = 32;
inline constexpr size_t kEd25519PublicKeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;

// Copyable; thread-safe for const calls.
class VerifyingKey {
 public:
  // INVALID_ARGUMENT unless `bytes` are exactly 32. Bytes that are no point of the curve are taken
  // and verify nothing.
  static absl::StatusOr<VerifyingKey> FromBytes(std::string_view bytes);

  // Whether `signature` is by this key over exactly `message`; false for a signature of any other
  // size.
  bool Verify(std::string_view message, std::string_view signature) const;

  std::string_view bytes() const;

 private:
  friend class SigningKey;

  VerifyingKey() = default;

  std::array<uint8_t, kEd25519PublicKeyBytes> bytes_{};
};

// Movable; thread-safe for const calls. A moved-from key may only be assigned or destroyed.
class SigningKey {
 public:
  static SigningKey Generate();

  // The key of a 32-byte seed (RFC 8032's private key); INVALID_ARGUMENT for another size.
  static absl::StatusOr<SigningKey> FromSeed(const SecretBytes& seed);

  // 64 bytes; the same for the same message each time.
  std::string Sign(std::string_view message) const;

  const VerifyingKey& verifying_key() const { return verifying_key_; }

  SecretBytes seed() const;

 private:
  SigningKey(SecretBytes expanded, VerifyingKey verifying_key);

  SecretBytes expanded_;  // Seed and public key, as the primitive takes them.
  VerifyingKey verifying_key_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_ED25519_H_
