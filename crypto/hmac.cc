#include "crypto/hmac.h"

#include <openssl/digest.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"

namespace concordat::crypto {

Digest HmacSha256(const SecretBytes& key, std::string_view message) {
  const std::string_view key_bytes = key.Reveal(RevealKey());
  Digest code;
  unsigned int code_bytes = 0;
  CONCORDAT_CHECK(HMAC(EVP_sha256(), key_bytes.data(), key_bytes.size(),
                       reinterpret_cast<const uint8_t*>(message.data()), message.size(),
                       code.data(), &code_bytes) != nullptr);
  CONCORDAT_CHECK(code_bytes == code.size());
  return code;
}

}  // namespace concordat::crypto
