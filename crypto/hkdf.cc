#include "crypto/hkdf.h"

#include <openssl/digest.h>
#include <openssl/hkdf.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

SecretBytes HkdfSha256(const SecretBytes& ikm, std::string_view salt, std::string_view info,
                       size_t bytes) {
  CONCORDAT_CHECK(bytes > 0 && bytes <= kHkdfBytesMax);
  const std::string_view ikm_bytes = ikm.Reveal(RevealKey());
  SecretBytes key = SecretBytes::Zeros(bytes);
  CONCORDAT_CHECK(HKDF(key.mutable_data(), bytes, EVP_sha256(), Bytes(ikm_bytes), ikm_bytes.size(),
                       Bytes(salt), salt.size(), Bytes(info), info.size()) == 1);
  return key;
}

}  // namespace concordat::crypto
