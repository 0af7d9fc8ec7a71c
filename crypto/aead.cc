#include "crypto/aead.h"

#include <openssl/aead.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/check.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"

namespace concordat::crypto {
namespace {

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* MutableBytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }

absl::Status NotAuthentic() { return absl::DataLossError("sealed data is not authentic"); }

}  // namespace

void AesGcmSiv::Free::operator()(evp_aead_ctx_st* context) const { EVP_AEAD_CTX_free(context); }

AesGcmSiv::AesGcmSiv(Context context) : context_(std::move(context)) {}

absl::StatusOr<AesGcmSiv> AesGcmSiv::Create(const SecretBytes& key) {
  if (key.size() != kKeyBytes) {
    return FieldError("AES-256-GCM-SIV key", StrCat(key.size(), " bytes"), "32 bytes");
  }
  Context context(EVP_AEAD_CTX_new(EVP_aead_aes_256_gcm_siv(), Bytes(key.Reveal(RevealKey())),
                                   key.size(), kTagBytes));
  CONCORDAT_CHECK(context != nullptr);
  return AesGcmSiv(std::move(context));
}

std::string AesGcmSiv::Seal(std::string_view nonce, std::string_view plaintext,
                            std::string_view associated_data) const {
  CONCORDAT_CHECK(nonce.size() == kNonceBytes);
  std::string ciphertext(plaintext.size() + kTagBytes, '\0');
  size_t written = 0;
  CONCORDAT_CHECK(EVP_AEAD_CTX_seal(context_.get(), MutableBytes(ciphertext), &written,
                                    ciphertext.size(), Bytes(nonce), nonce.size(), Bytes(plaintext),
                                    plaintext.size(), Bytes(associated_data),
                                    associated_data.size()) == 1);
  CONCORDAT_CHECK(written == ciphertext.size());
  return ciphertext;
}

bool AesGcmSiv::OpenInto(std::string_view nonce, std::string_view ciphertext,
                         std::string_view associated_data, unsigned char* out) const {
  if (nonce.size() != kNonceBytes || ciphertext.size() < kTagBytes) return false;
  size_t written = 0;
  return EVP_AEAD_CTX_open(context_.get(), out, &written, ciphertext.size(), Bytes(nonce),
                           nonce.size(), Bytes(ciphertext), ciphertext.size(),
                           Bytes(associated_data), associated_data.size()) == 1 &&
         written == ciphertext.size() - kTagBytes;
}

absl::StatusOr<std::string> AesGcmSiv::Open(std::string_view nonce, std::string_view ciphertext,
                                            std::string_view associated_data) const {
  std::string plaintext(ciphertext.size(), '\0');
  if (!OpenInto(nonce, ciphertext, associated_data, MutableBytes(plaintext))) {
    return NotAuthentic();
  }
  plaintext.resize(ciphertext.size() - kTagBytes);
  return plaintext;
}

std::string AesGcmSiv::SealSecret(std::string_view nonce, const SecretBytes& secret,
                                  std::string_view associated_data) const {
  return Seal(nonce, secret.Reveal(RevealKey()), associated_data);
}

absl::StatusOr<SecretBytes> AesGcmSiv::OpenSecret(std::string_view nonce,
                                                  std::string_view ciphertext,
                                                  std::string_view associated_data) const {
  SecretBytes opened = SecretBytes::Zeros(ciphertext.size());
  if (!OpenInto(nonce, ciphertext, associated_data, opened.mutable_data())) return NotAuthentic();
  return SecretBytes::CopyOf(opened.Reveal(RevealKey()).substr(0, ciphertext.size() - kTagBytes));
}

}  // namespace concordat::crypto
