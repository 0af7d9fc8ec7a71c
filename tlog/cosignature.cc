#include "tlog/cosignature.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/ed25519.h"
#include "tlog/checkpoint.h"

namespace concordat::tlog {
namespace {

constexpr size_t kTimestampBytes = 8;
constexpr uint64_t kTimestampMax = std::numeric_limits<int64_t>::max();

std::string SignedMessage(uint64_t seconds, std::string_view note_text) {
  return StrCat("cosignature/v1\ntime ", seconds, "\n", note_text);
}

std::string BigEndian(uint64_t value) {
  std::string bytes(kTimestampBytes, '\0');
  for (size_t i = kTimestampBytes; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value);
  return bytes;
}

uint64_t FromBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

// The POSIX second of one line's signature, when it is by `key` over `note_text`.
std::optional<int64_t> VerifiedTime(const crypto::VerifyingKey& key, std::string_view signature,
                                    std::string_view note_text) {
  if (signature.size() != kTimestampBytes + crypto::kEd25519SignatureBytes) return std::nullopt;
  const uint64_t seconds = FromBigEndian(signature.substr(0, kTimestampBytes));
  if (seconds > kTimestampMax) return std::nullopt;
  if (!key.Verify(SignedMessage(seconds, note_text), signature.substr(kTimestampBytes))) {
    return std::nullopt;
  }
  return static_cast<int64_t>(seconds);
}

}  // namespace

CosignatureVerifier::CosignatureVerifier(crypto::NotePublicKey key) : key_(std::move(key)) {}

absl::StatusOr<CosignatureVerifier> CosignatureVerifier::Parse(std::string_view encoded) {
  absl::StatusOr<crypto::NotePublicKey> key = crypto::NotePublicKey::Parse(encoded);
  if (!key.ok() || key->algorithm() != crypto::NoteAlgorithm::kCosignatureV1) {
    return absl::InvalidArgumentError(
        "cosigner key: got another form, want <name>+<key id>+<base64 of 0x04 and an Ed25519 key>");
  }
  return CosignatureVerifier(*std::move(key));
}

absl::StatusOr<absl::Time> CosignatureVerifier::Verify(const crypto::SignedNote& note) const {
  std::optional<int64_t> latest;
  for (const crypto::NoteSignature& line : note.signatures) {
    if (!line.IsBy(key_)) continue;
    const std::optional<int64_t> time = VerifiedTime(key_.key(), line.signature, note.text);
    if (!time.has_value()) {
      return absl::DataLossError(StrCat("cosignature: got one by ", name(),
                                        " that does not verify, want the text that it cosigned"));
    }
    latest = std::max(latest.value_or(*time), *time);
  }
  if (!latest.has_value()) {
    return absl::NotFoundError(StrCat("cosignature: got none by ", name(), ", want one"));
  }
  return absl::FromUnixSeconds(*latest);
}

CosignatureSigner::CosignatureSigner(crypto::NotePrivateKey key)
    : key_(std::move(key)), verifier_(key_.public_key()) {}

absl::StatusOr<CosignatureSigner> CosignatureSigner::Parse(std::string_view encoded) {
  absl::StatusOr<crypto::NotePrivateKey> key = crypto::NotePrivateKey::Parse(encoded);
  if (!key.ok() || key->public_key().algorithm() != crypto::NoteAlgorithm::kCosignatureV1) {
    return absl::InvalidArgumentError(
        "cosigner private key: got another form, want PRIVATE+KEY+<name>+<key id>+<base64 of 0x04 "
        "and an Ed25519 seed>");
  }
  return CosignatureSigner(*std::move(key));
}

CosignatureSigner CosignatureSigner::Generate(std::string_view name) {
  return CosignatureSigner(
      crypto::NotePrivateKey::Generate(name, crypto::NoteAlgorithm::kCosignatureV1));
}

absl::StatusOr<std::string> CosignatureSigner::Sign(std::string_view checkpoint_note,
                                                    absl::Time time) const {
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote note,
                             crypto::ParseSignedNote(checkpoint_note));
  CONCORDAT_RETURN_IF_ERROR(ParseCheckpointText(note.text).status());
  const int64_t seconds = absl::ToUnixSeconds(time);
  if (seconds < 0) return FieldError("cosignature time", "one before 1970", "a later one");
  const uint64_t timestamp = static_cast<uint64_t>(seconds);
  return crypto::FormatSignatureLine(
      {name(), key_.public_key().key_id(),
       StrCat(BigEndian(timestamp), key_.Sign(SignedMessage(timestamp, note.text)))});
}

}  // namespace concordat::tlog
