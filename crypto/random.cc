#include "crypto/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

void Fill(uint8_t* out, size_t bytes) { CONCORDAT_CHECK(RAND_bytes(out, bytes) == 1); }

}  // namespace

std::string RandomBytes(size_t bytes) {
  std::string random(bytes, '\0');
  Fill(reinterpret_cast<uint8_t*>(random.data()), bytes);
  return random;
}

SecretBytes RandomSecret(size_t bytes) {
  SecretBytes secret = SecretBytes::Zeros(bytes);
  Fill(secret.mutable_data(), bytes);
  return secret;
}

std::string RandomId() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  static_assert(sizeof(kAlphabet) - 1 == 32);
  // One random byte a character: 32 divides 256, so every character is equally likely.
  std::array<uint8_t, kRandomIdChars> random;
  Fill(random.data(), random.size());
  std::string id;
  id.reserve(random.size());
  for (const uint8_t byte : random) id.push_back(kAlphabet[byte % 32]);
  return id;
}

}  // namespace concordat::crypto
