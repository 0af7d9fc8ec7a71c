// Personal data at rest: one data key per subject, bodies sealed under it, the key itself wrapped
// under the key-encryption key. The log commits to the ciphertext's SHA-256, so destroying the key
// erases the data and leaves the log whole.
//
// AES-256-GCM-SIV (RFC 8452). A part's nonce is (leaf index, part), its associated data (subject,
// leaf index, part), so a ciphertext moved anywhere else does not open. An index whose batch failed
// is used again, for other content: SIV loses nothing by that. Ciphertexts and wrapped keys are
// written in the batch of their entry. Thread-safe.
#ifndef CONCORDAT_STORAGE_VAULT_H_
#define CONCORDAT_STORAGE_VAULT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

class Vault {
 public:
  // INVALID_ARGUMENT unless the key is 32 bytes.
  static absl::StatusOr<std::unique_ptr<Vault>> Create(crypto::SecretBytes key_encryption_key);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // As stored: nonce, key and tag.
  static constexpr size_t kWrappedKeyBytes = 60;

  // A new data key. ALREADY_EXISTS when the subject has one, INVALID_ARGUMENT for an empty or
  // overlong subject id.
  absl::Status CreateSubject(Writer& writer, std::string_view subject_id) const;

  // Writes the ciphertext of one part of the entry at `index`, and returns what the entry must hold
  // of it. NOT_FOUND when the subject has no key (erased, or never created); INVALID_ARGUMENT over
  // kSealedPartBytesMax.
  absl::StatusOr<v1::SealedPart> Seal(Writer& writer, std::string_view subject_id, LeafIndex index,
                                      uint32_t part, std::string_view plaintext) const;

  // NOT_FOUND "erased" when the subject's key is gone. DATA_LOSS when the ciphertext is missing, is
  // not what the entry committed to, or does not open: wrong index, part or subject, damage,
  // another key-encryption key.
  absl::StatusOr<std::string> Open(const Reader& reader, const v1::SealedPart& sealed,
                                   LeafIndex index, uint32_t part) const;

  // That the subject's key unwraps. NOT_FOUND "erased" when it is gone; DATA_LOSS when it does not:
  // damage, another subject's, another key-encryption key.
  absl::Status CheckKey(const Reader& reader, std::string_view subject_id) const;

  // Lets go of the unwrapped data keys of these subjects; one that still has its key is unwrapped
  // again when it is needed.
  void Forget(const std::vector<std::string>& subject_ids) const;

  // HMAC-SHA-256 under a key of its own derived from the key-encryption key: the same kind and
  // value always give the same token, which says nothing about the value without the key. Kinds
  // never collide with one another.
  crypto::Digest Blind(std::string_view kind, std::string_view value) const;

 private:
  class Keys;
  explicit Vault(std::unique_ptr<Keys> keys);

  std::unique_ptr<Keys> keys_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_VAULT_H_
