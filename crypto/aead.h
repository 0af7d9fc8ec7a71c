// AES-256-GCM-SIV (RFC 8452): authenticated encryption that survives a repeated nonce with the loss
// of one thing alone, that equal plaintexts under equal nonce and associated data look equal.
#ifndef CONCORDAT_CRYPTO_AEAD_H_
#define CONCORDAT_CRYPTO_AEAD_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "crypto/secret_bytes.h"

struct evp_aead_ctx_st;

namespace concordat::crypto {

// Movable; thread-safe for const calls. A moved-from object may only be assigned or destroyed.
class AesGcmSiv {
 public:
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kNonceBytes = 12;
  static constexpr size_t kTagBytes = 16;

  // INVALID_ARGUMENT unless the key has kKeyBytes.
  static absl::StatusOr<AesGcmSiv> Create(const SecretBytes& key);

  // The ciphertext, kTagBytes longer than the plaintext. The plaintext may be empty. CHECKs the
  // nonce's size: it is ours.
  std::string Seal(std::string_view nonce, std::string_view plaintext,
                   std::string_view associated_data) const;

  // The plaintext; DATA_LOSS without any detail unless key, nonce, ciphertext and associated data
  // are all those of one Seal.
  absl::StatusOr<std::string> Open(std::string_view nonce, std::string_view ciphertext,
                                   std::string_view associated_data) const;

  // The same for a plaintext that is itself a key, which so never leaves SecretBytes.
  std::string SealSecret(std::string_view nonce, const SecretBytes& secret,
                         std::string_view associated_data) const;
  absl::StatusOr<SecretBytes> OpenSecret(std::string_view nonce, std::string_view ciphertext,
                                         std::string_view associated_data) const;

 private:
  struct Free {
    void operator()(evp_aead_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_aead_ctx_st, Free>;

  explicit AesGcmSiv(Context context);

  // Writes the plaintext to `out`, which has room for as many bytes as the ciphertext; false when
  // it is not authentic.
  bool OpenInto(std::string_view nonce, std::string_view ciphertext,
                std::string_view associated_data, unsigned char* out) const;

  Context context_;
};

}  // namespace concordat::crypto

#endif  // CONCORDAT_CRYPTO_AEAD_H_
