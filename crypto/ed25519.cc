#include "crypto/ed25519.h"

#include <openssl/curve25519.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/check.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

static_assert(kEd25519SeedBytes + kEd25519PublicKeyBytes == ED25519_PRIVATE_KEY_LEN);
static_assert(kEd25519PublicKeyBytes == ED25519_PUBLIC_KEY_LEN);
static_assert(kEd25519SignatureBytes == ED25519_SIGNATURE_LEN);

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

absl::StatusOr<VerifyingKey> VerifyingKey::FromBytes(std::string_view bytes) {
  if (bytes.size() != kEd25519PublicKeyBytes) {
    return FieldError("Ed25519 public key", StrCat(bytes.size(), " bytes"), "32 bytes");
  }
  VerifyingKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

bool VerifyingKey::Verify(std::string_view message, std::string_view signature) const {
  return signature.size() == kEd25519SignatureBytes &&
         ED25519_verify(Bytes(message), message.size(), Bytes(signature), bytes_.data()) == 1;
}

std::string_view VerifyingKey::bytes() const {
  return std::string_view(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
}

SigningKey::SigningKey(SecretBytes expanded, VerifyingKey verifying_key)
    : expanded_(std::move(expanded)), verifying_key_(verifying_key) {}

SigningKey SigningKey::Generate() { return *FromSeed(RandomSecret(kEd25519SeedBytes)); }

absl::StatusOr<SigningKey> SigningKey::FromSeed(const SecretBytes& seed) {
  if (seed.size() != kEd25519SeedBytes) {
    return FieldError("Ed25519 seed", StrCat(seed.size(), " bytes"), "32 bytes");
  }
  SecretBytes expanded = SecretBytes::Zeros(ED25519_PRIVATE_KEY_LEN);
  VerifyingKey verifying_key;
  ED25519_keypair_from_seed(verifying_key.bytes_.data(), expanded.mutable_data(),
                            Bytes(seed.Reveal(RevealKey())));
  return SigningKey(std::move(expanded), verifying_key);
}

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(kEd25519SignatureBytes, '\0');
  CONCORDAT_CHECK(ED25519_sign(reinterpret_cast<uint8_t*>(signature.data()), Bytes(message),
                               message.size(), Bytes(expanded_.Reveal(RevealKey()))) == 1);
  return signature;
}

SecretBytes SigningKey::seed() const {
  return SecretBytes::CopyOf(expanded_.Reveal(RevealKey()).substr(0, kEd25519SeedBytes));
}

}  // namespace concordat::crypto
