#include "storage/vault.h"

#include <utility>

#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/aead.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "storage/data_key_cache.h"
#include "storage/key_schema.h"

namespace concordat::storage {
namespace {

using crypto::AesGcmSiv;
using crypto::SecretBytes;

// What the derived keys and sealed texts are bound to. On disk: never change.
constexpr std::string_view kWrappingInfo = "concordat vault wrapping key v1";
constexpr std::string_view kBlindingInfo = "concordat vault blinding key v1";
constexpr std::string_view kWrappedContext = "concordat data key v1\n";
constexpr std::string_view kPartContext = "concordat sealed part v1\n";

absl::Status CheckSubjectId(std::string_view subject_id) {
  if (!subject_id.empty() && subject_id.size() <= kSubjectIdBytesMax) return absl::OkStatus();
  return FieldError("subject_id", StrCat(subject_id.size(), " bytes"),
                    StrCat("1 to ", kSubjectIdBytesMax));
}

absl::Status ErasedError() {
  return absl::NotFoundError("sealed part: erased, its subject has no key");
}

// Index and part, in the twelve bytes of a nonce: unique under one data key.
std::string PartNonce(LeafIndex index, uint32_t part) { return SealedKey(index, part); }

// The numbers have a fixed width at the end, so no two contexts are the same bytes.
std::string PartContext(std::string_view subject_id, LeafIndex index, uint32_t part) {
  return StrCat(kPartContext, subject_id, "\n", SealedKey(index, part));
}

}  // namespace

static_assert(Vault::kWrappedKeyBytes ==
              AesGcmSiv::kNonceBytes + AesGcmSiv::kKeyBytes + AesGcmSiv::kTagBytes);

class Vault::Keys {
 public:
  Keys(AesGcmSiv wrapping, SecretBytes blinding)
      : wrapping_(std::move(wrapping)), blinding_(std::move(blinding)) {}

  std::string Wrap(std::string_view subject_id, const SecretBytes& data_key) const {
    const std::string nonce = crypto::RandomBytes(AesGcmSiv::kNonceBytes);
    return nonce + wrapping_.SealSecret(nonce, data_key, StrCat(kWrappedContext, subject_id));
  }

  // NOT_FOUND "erased" when the subject has no key; DATA_LOSS when it does not unwrap.
  absl::StatusOr<std::shared_ptr<const AesGcmSiv>> DataKey(const Reader& reader,
                                                           std::string_view subject_id) {
    // Read each time: a cached key must not outlive its destruction.
    const absl::StatusOr<std::string> wrapped = reader.Get(Family::kKeys, SubjectKey(subject_id));
    if (absl::IsNotFound(wrapped.status())) return ErasedError();
    CONCORDAT_RETURN_IF_ERROR(wrapped.status());
    // The wrapped key has one length, so subject and key do not run into each other.
    const std::string cached_as = StrCat(subject_id, *wrapped);
    std::shared_ptr<const AesGcmSiv> key = cache_.Find(cached_as);
    if (key != nullptr) return key;
    CONCORDAT_ASSIGN_OR_RETURN(key, Unwrap(subject_id, *wrapped));
    cache_.Insert(cached_as, key);
    return key;
  }

  void Forget(const std::string& subject_id) { cache_.RemoveStartingWith(subject_id); }

  crypto::Digest Blind(std::string_view kind, std::string_view value) const {
    return crypto::HmacSha256(blinding_, StrCat(EncodeUint64(kind.size()), kind, value));
  }

 private:
  absl::StatusOr<std::shared_ptr<const AesGcmSiv>> Unwrap(std::string_view subject_id,
                                                          std::string_view wrapped) const {
    if (wrapped.size() < AesGcmSiv::kNonceBytes) {
      return absl::DataLossError("wrapped data key: got fewer bytes than a nonce");
    }
    const absl::StatusOr<SecretBytes> data_key = wrapping_.OpenSecret(
        wrapped.substr(0, AesGcmSiv::kNonceBytes), wrapped.substr(AesGcmSiv::kNonceBytes),
        StrCat(kWrappedContext, subject_id));
    if (!data_key.ok()) {
      return absl::DataLossError(
          "wrapped data key: got one that does not open, want the same key-encryption key and "
          "subject as when it was made");
    }
    CONCORDAT_ASSIGN_OR_RETURN(AesGcmSiv key, AesGcmSiv::Create(*data_key));
    return std::make_shared<const AesGcmSiv>(std::move(key));
  }

  const AesGcmSiv wrapping_;
  const SecretBytes blinding_;
  DataKeyCache cache_{kDataKeysCachedMax};
};

Vault::Vault(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}

Vault::~Vault() = default;

absl::StatusOr<std::unique_ptr<Vault>> Vault::Create(SecretBytes key_encryption_key) {
  if (key_encryption_key.size() != AesGcmSiv::kKeyBytes) {
    return FieldError("key_encryption_key", StrCat(key_encryption_key.size(), " bytes"),
                      StrCat(AesGcmSiv::kKeyBytes, " bytes"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(AesGcmSiv wrapping,
                             AesGcmSiv::Create(crypto::HkdfSha256(
                                 key_encryption_key, "", kWrappingInfo, AesGcmSiv::kKeyBytes)));
  SecretBytes blinding =
      crypto::HkdfSha256(key_encryption_key, "", kBlindingInfo, crypto::kDigestBytes);
  return std::unique_ptr<Vault>(
      new Vault(std::make_unique<Keys>(std::move(wrapping), std::move(blinding))));
}

absl::Status Vault::CreateSubject(Writer& writer, std::string_view subject_id) const {
  CONCORDAT_RETURN_IF_ERROR(CheckSubjectId(subject_id));
  const absl::Status found = writer.Get(Family::kKeys, SubjectKey(subject_id)).status();
  if (found.ok()) return absl::AlreadyExistsError("subject_id: got one that has a key already");
  if (!absl::IsNotFound(found)) return found;
  const SecretBytes data_key = crypto::RandomSecret(AesGcmSiv::kKeyBytes);
  writer.Put(Family::kKeys, SubjectKey(subject_id), keys_->Wrap(subject_id, data_key));
  return absl::OkStatus();
}

absl::StatusOr<v1::SealedPart> Vault::Seal(Writer& writer, std::string_view subject_id,
                                           LeafIndex index, uint32_t part,
                                           std::string_view plaintext) const {
  if (plaintext.size() > kSealedPartBytesMax) {
    return FieldError("sealed part", StrCat(plaintext.size(), " bytes"),
                      StrCat("at most ", kSealedPartBytesMax));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const AesGcmSiv> key,
                             keys_->DataKey(writer, subject_id));
  const std::string ciphertext =
      key->Seal(PartNonce(index, part), plaintext, PartContext(subject_id, index, part));
  writer.Put(Family::kSealed, SealedKey(index, part), ciphertext);
  const crypto::Digest digest = crypto::Sha256(ciphertext);
  v1::SealedPart sealed;
  sealed.set_subject_id(std::string(subject_id));
  sealed.set_ciphertext_sha256(std::string(crypto::AsBytes(digest)));
  sealed.set_size_bytes(static_cast<uint32_t>(ciphertext.size()));
  return sealed;
}

absl::StatusOr<std::string> Vault::Open(const Reader& reader, const v1::SealedPart& sealed,
                                        LeafIndex index, uint32_t part) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const AesGcmSiv> key,
                             keys_->DataKey(reader, sealed.subject_id()));
  const std::string name = StrCat("sealed part ", part, " of entry ", index.value);
  const absl::StatusOr<std::string> ciphertext =
      reader.Get(Family::kSealed, SealedKey(index, part));
  if (absl::IsNotFound(ciphertext.status())) {
    return absl::DataLossError(StrCat(name, ": got none stored, want its ciphertext"));
  }
  CONCORDAT_RETURN_IF_ERROR(ciphertext.status());
  const crypto::Digest digest = crypto::Sha256(*ciphertext);
  if (crypto::AsBytes(digest) != sealed.ciphertext_sha256()) {
    return absl::DataLossError(
        StrCat(name, ": got another ciphertext, want the one that the entry commits to"));
  }
  absl::StatusOr<std::string> plaintext =
      key->Open(PartNonce(index, part), *ciphertext, PartContext(sealed.subject_id(), index, part));
  if (!plaintext.ok()) return absl::DataLossError(StrCat(name, ": got one that does not open"));
  return plaintext;
}

absl::Status Vault::CheckKey(const Reader& reader, std::string_view subject_id) const {
  return keys_->DataKey(reader, subject_id).status();
}

void Vault::Forget(const std::vector<std::string>& subject_ids) const {
  for (const std::string& subject_id : subject_ids) keys_->Forget(subject_id);
}

crypto::Digest Vault::Blind(std::string_view kind, std::string_view value) const {
  return keys_->Blind(kind, value);
}

}  // namespace concordat::storage
