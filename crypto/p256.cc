#include "crypto/p256.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/nid.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

constexpr char kUncompressed = 4;

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

bssl::UniquePtr<EC_KEY> NewKey() {
  bssl::UniquePtr<EC_KEY> key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  CONCORDAT_CHECK(key != nullptr);
  return key;
}

// Null when the point is not on the curve.
bssl::UniquePtr<EC_KEY> PublicKey(std::string_view point) {
  bssl::UniquePtr<EC_KEY> key = NewKey();
  const EC_GROUP* group = EC_KEY_get0_group(key.get());
  bssl::UniquePtr<EC_POINT> parsed(EC_POINT_new(group));
  CONCORDAT_CHECK(parsed != nullptr);
  if (EC_POINT_oct2point(group, parsed.get(), Bytes(point), point.size(), nullptr) != 1 ||
      EC_KEY_set_public_key(key.get(), parsed.get()) != 1) {
    return nullptr;
  }
  return key;
}

}  // namespace

absl::StatusOr<P256VerifyingKey> P256VerifyingKey::FromCoordinates(std::string_view x,
                                                                   std::string_view y) {
  if (x.size() != kP256CoordinateBytes || y.size() != kP256CoordinateBytes) {
    return FieldError("P-256 public key", StrCat(x.size(), " and ", y.size(), " bytes"),
                      "32 bytes each");
  }
  P256VerifyingKey key;
  key.point_[0] = kUncompressed;
  std::copy(x.begin(), x.end(), key.point_.begin() + 1);
  std::copy(y.begin(), y.end(), key.point_.begin() + 1 + kP256CoordinateBytes);
  if (PublicKey(std::string_view(key.point_.data(), key.point_.size())) == nullptr) {
    return FieldError("P-256 public key", "coordinates beside the curve", "a point of it");
  }
  return key;
}

bool P256VerifyingKey::Verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != kP256SignatureBytes) return false;
  bssl::UniquePtr<EC_KEY> key = PublicKey(std::string_view(point_.data(), point_.size()));
  if (key == nullptr) return false;
  bssl::UniquePtr<ECDSA_SIG> parsed(ECDSA_SIG_new());
  CONCORDAT_CHECK(parsed != nullptr);
  BIGNUM* r = BN_bin2bn(Bytes(signature), kP256ScalarBytes, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(signature) + kP256ScalarBytes, kP256ScalarBytes, nullptr);
  CONCORDAT_CHECK(r != nullptr && s != nullptr && ECDSA_SIG_set0(parsed.get(), r, s) == 1);
  const Digest digest = Sha256(message);
  return ECDSA_do_verify(digest.data(), digest.size(), parsed.get(), key.get()) == 1;
}

struct P256SigningKey::Key {
  bssl::UniquePtr<EC_KEY> value;
};

P256SigningKey::P256SigningKey(std::unique_ptr<Key> key, P256VerifyingKey verifying_key)
    : key_(std::move(key)), verifying_key_(verifying_key) {}
P256SigningKey::P256SigningKey(P256SigningKey&&) noexcept = default;
P256SigningKey& P256SigningKey::operator=(P256SigningKey&&) noexcept = default;
P256SigningKey::~P256SigningKey() = default;

P256SigningKey P256SigningKey::FromKey(std::unique_ptr<Key> key) {
  const EC_GROUP* group = EC_KEY_get0_group(key->value.get());
  std::string point(1 + 2 * kP256CoordinateBytes, '\0');
  CONCORDAT_CHECK(EC_POINT_point2oct(group, EC_KEY_get0_public_key(key->value.get()),
                                     POINT_CONVERSION_UNCOMPRESSED,
                                     reinterpret_cast<uint8_t*>(point.data()), point.size(),
                                     nullptr) == point.size());
  const std::string_view all = point;
  const auto verifying_key = P256VerifyingKey::FromCoordinates(
      all.substr(1, kP256CoordinateBytes), all.substr(1 + kP256CoordinateBytes));
  CONCORDAT_CHECK(verifying_key.ok());
  return P256SigningKey(std::move(key), *verifying_key);
}

P256SigningKey P256SigningKey::Generate() {
  auto key = std::make_unique<Key>(Key{NewKey()});
  CONCORDAT_CHECK(EC_KEY_generate_key(key->value.get()) == 1);
  return FromKey(std::move(key));
}

absl::StatusOr<P256SigningKey> P256SigningKey::FromScalar(std::string_view scalar) {
  const auto refused = [](std::string_view got) {
    return FieldError("P-256 private key", got, "32 bytes, from 1 to below the order");
  };
  if (scalar.size() != kP256ScalarBytes) return refused(StrCat(scalar.size(), " bytes"));
  auto key = std::make_unique<Key>(Key{NewKey()});
  const EC_GROUP* group = EC_KEY_get0_group(key->value.get());
  bssl::UniquePtr<BIGNUM> number(BN_bin2bn(Bytes(scalar), kP256ScalarBytes, nullptr));
  bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  CONCORDAT_CHECK(number != nullptr && point != nullptr);
  if (BN_is_zero(number.get()) != 0 ||
      EC_KEY_set_private_key(key->value.get(), number.get()) != 1 ||
      EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_KEY_set_public_key(key->value.get(), point.get()) != 1) {
    return refused("another number");
  }
  return FromKey(std::move(key));
}

std::string P256SigningKey::Sign(std::string_view message) const {
  const Digest digest = Sha256(message);
  bssl::UniquePtr<ECDSA_SIG> made(ECDSA_do_sign(digest.data(), digest.size(), key_->value.get()));
  CONCORDAT_CHECK(made != nullptr);
  const BIGNUM* r = nullptr;
  const BIGNUM* s = nullptr;
  ECDSA_SIG_get0(made.get(), &r, &s);
  std::string signature(kP256SignatureBytes, '\0');
  uint8_t* out = reinterpret_cast<uint8_t*>(signature.data());
  CONCORDAT_CHECK(BN_bn2bin_padded(out, kP256ScalarBytes, r) == 1 &&
                  BN_bn2bin_padded(out + kP256ScalarBytes, kP256ScalarBytes, s) == 1);
  return signature;
}

}  // namespace concordat::crypto
