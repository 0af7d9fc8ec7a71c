// ECDSA over P-256 with SHA-256, as JSON Web Signatures have it: algorithm ES256 (RFC 7518 section
// 3.4), the signature r and s of 32 bytes each, big-endian.
#ifndef CONCORDAT_CRYPTO_P256_H_
#define CONCORDAT_CRYPTO_P256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace concordat::crypto {

inline constexpr size_t kP256CoordinateBytes = 32;
inline constexpr size_t kP256SignatureBytes = 64;
inline constexpr size_t kP256ScalarBytes = 32;

// Copyable; thread-safe for const calls.
class P256VerifyingKey {
 public:
  // INVALID_ARGUMENT unless each is 32 bytes and they are a point of the curve.
  static absl::StatusOr<P256VerifyingKey> FromCoordinates(std::string_view x, std::string_view y);

  // Whether `signature` is by this key over exactly `message`; false for one of any other size, and
  // where r or s is 0 or not below the order.
  bool Verify(std::string_view message, std::string_view signature) const;

  std::string_view x() const { return std::string_view(point_.data() + 1, kP256CoordinateBytes); }
  std::string_view y() const {
    return std::string_view(point_.data() + 1 + kP256CoordinateBytes, kP256CoordinateBytes);
  }

  bool operator==(const P256VerifyingKey& other) const { return point_ == other.point_; }

 private:
  P256VerifyingKey() = default;

  std::array<char, 1 + 2 * kP256CoordinateBytes> point_{};  // Uncompressed (SEC 1 section 2.3.3).
};

// For whoever issues: a test's or a demonstration's issuer. Movable; thread-safe for const calls.
class P256SigningKey {
 public:
  static P256SigningKey Generate();
  // From the private scalar, big-endian; INVALID_ARGUMENT unless 32 bytes from 1 to below the
  // order.
  static absl::StatusOr<P256SigningKey> FromScalar(std::string_view scalar);
  P256SigningKey(P256SigningKey&&) noexcept;
  P256SigningKey& operator=(P256SigningKey&&) noexcept;
  ~P256SigningKey();

  // 64 bytes; another each time.
  std::string Sign(std::string_view message) const;

  const P256VerifyingKey& verifying_key() const { return verifying_key_; }

 private:
  struct Key;  // BoringSSL's, whose headers stay out of ours; wiped when it goes.
  P256SigningKey(std::unique_ptr<Key> key, P256VerifyingKey verifying_key);
  static P256SigningKey FromKey(std::unique_ptr<Key> key);

  std::unique_ptr<Key> key_;
  P256VerifyingKey verifying_key_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_P256_H_
