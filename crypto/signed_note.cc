#include "crypto/signed_note.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "base/check.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/utf8.h"
#include "crypto/ed25519.h"
#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

constexpr char kEd25519Algorithm = '\x01';
constexpr size_t kKeyIdBytes = 4;
constexpr std::string_view kSignerPrefix = "PRIVATE+KEY+";
constexpr std::string_view kSignaturePrefix = "\u2014 ";

static_assert(kEd25519PublicKeyBytes == kEd25519SeedBytes);
constexpr size_t kKeyBytes = 1 + kEd25519PublicKeyBytes;

// Narrower than the specification, which allows any character but spaces and a plus sign: names are
// schema-less URLs.
bool IsKeyName(std::string_view name) {
  return !name.empty() && name.find('+') == name.npos &&
         std::all_of(name.begin(), name.end(), absl::ascii_isgraph);
}

// Only the one encoding that Base64Escape gives: the decoder alone would also take blanks, missing
// padding and stray bits.
std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(text), &bytes) || absl::Base64Escape(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

std::string KeyId(std::string_view name, const VerifyingKey& key) {
  const Digest digest = Sha256(StrCat(name, "\n", std::string(1, kEd25519Algorithm), key.bytes()));
  return std::string(AsBytes(digest).substr(0, kKeyIdBytes));
}

// <name>+<key id>+<base64 of the algorithm and the key>
struct KeyString {
  std::string_view name;
  std::string_view key_id_hex;
  std::string key;
};

std::optional<KeyString> SplitKeyString(std::string_view encoded) {
  const size_t first = encoded.find('+');
  if (first == encoded.npos) return std::nullopt;
  const size_t second = encoded.find('+', first + 1);
  if (second == encoded.npos) return std::nullopt;
  std::optional<std::string> key = DecodeBase64(encoded.substr(second + 1));
  if (!key.has_value() || key->size() != kKeyBytes || key->front() != kEd25519Algorithm) {
    return std::nullopt;
  }
  KeyString parts = {encoded.substr(0, first), encoded.substr(first + 1, second - first - 1),
                     key->substr(1)};
  WipeString(&*key);
  if (!IsKeyName(parts.name)) return std::nullopt;
  return parts;
}

std::string JoinKeyString(std::string_view name, std::string_view key_id, std::string_view key) {
  return StrCat(name, "+", absl::BytesToHexString(ToAbsl(key_id)), "+",
                absl::Base64Escape(StrCat(std::string(1, kEd25519Algorithm), key)));
}

absl::Status CheckNoteCharacters(std::string_view text) {
  if (!CountCodePoints(text).has_value()) {
    return absl::InvalidArgumentError("signed note: got bytes that are not UTF-8, want UTF-8");
  }
  for (const char c : text) {
    if (absl::ascii_iscntrl(c) && c != '\n') {
      return absl::InvalidArgumentError(
          "signed note: got a control character, want none but newlines");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNoteSize(size_t bytes) {
  if (bytes <= kNoteBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("signed note: got ", bytes, " bytes, want at most ", kNoteBytesMax));
}

absl::Status Malformed() {
  return absl::InvalidArgumentError(
      "signed note: got another form, want text, an empty line and signature lines");
}

struct SignatureLine {
  std::string_view name;
  std::string key_id;
  std::string signature;
};

// `line` without its newline.
std::optional<SignatureLine> ParseSignatureLine(std::string_view line) {
  if (line.substr(0, kSignaturePrefix.size()) != kSignaturePrefix) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == line.npos || space == 0 || line.substr(0, space).find('+') != line.npos) {
    return std::nullopt;
  }
  std::optional<std::string> bytes = DecodeBase64(line.substr(space + 1));
  if (!bytes.has_value() || bytes->size() <= kKeyIdBytes) return std::nullopt;
  return SignatureLine{line.substr(0, space), bytes->substr(0, kKeyIdBytes),
                       bytes->substr(kKeyIdBytes)};
}

}  // namespace

NoteVerifier::NoteVerifier(std::string name, VerifyingKey key)
    : name_(std::move(name)), key_(key), key_id_(KeyId(name_, key_)) {}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view encoded) {
  const absl::Status refused = absl::InvalidArgumentError(
      "note verifier key: got another form, want <name>+<key id>+<base64 of an Ed25519 key>");
  const std::optional<KeyString> parts = SplitKeyString(encoded);
  if (!parts.has_value()) return refused;
  CONCORDAT_ASSIGN_OR_RETURN(const VerifyingKey key, VerifyingKey::FromBytes(parts->key));
  NoteVerifier verifier(std::string(parts->name), key);
  if (verifier.Encode() != encoded) return refused;
  return verifier;
}

std::string NoteVerifier::Encode() const { return JoinKeyString(name_, key_id_, key_.bytes()); }

absl::StatusOr<std::string> NoteVerifier::Verify(std::string_view note) const {
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(note.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckNoteCharacters(note));
  const size_t end_of_text = note.rfind("\n\n");
  if (end_of_text == note.npos || note.back() != '\n') return Malformed();
  const std::string_view text = note.substr(0, end_of_text + 1);
  std::string_view lines = note.substr(end_of_text + 2);
  if (lines.empty()) return Malformed();

  bool signed_by_this_key = false;
  for (size_t count = 1; !lines.empty(); ++count) {
    if (count > kNoteSignaturesMax) {
      return absl::InvalidArgumentError(StrCat("signed note: got more than ", kNoteSignaturesMax,
                                               " signatures, want at most that"));
    }
    const size_t newline = lines.find('\n');
    const std::optional<SignatureLine> line = ParseSignatureLine(lines.substr(0, newline));
    if (!line.has_value()) return Malformed();
    lines.remove_prefix(newline + 1);
    if (line->name != name_ || line->key_id != key_id_) continue;
    if (!key_.Verify(text, line->signature)) {
      return absl::DataLossError(StrCat("signed note: got a signature by ", name_,
                                        " that does not verify, want the text that it signed"));
    }
    signed_by_this_key = true;
  }
  if (!signed_by_this_key) {
    return absl::NotFoundError(StrCat("signed note: got no signature by ", name_, ", want one"));
  }
  return std::string(text);
}

NoteSigner::NoteSigner(SigningKey key, NoteVerifier verifier)
    : key_(std::move(key)), verifier_(std::move(verifier)) {}

absl::StatusOr<NoteSigner> NoteSigner::Parse(std::string_view encoded) {
  const absl::Status refused = absl::InvalidArgumentError(
      "note signer key: got another form, want PRIVATE+KEY+<name>+<key id>+<base64 of an Ed25519 "
      "seed>");
  if (encoded.substr(0, kSignerPrefix.size()) != kSignerPrefix) return refused;
  std::optional<KeyString> parts = SplitKeyString(encoded.substr(kSignerPrefix.size()));
  if (!parts.has_value()) return refused;
  const SecretBytes seed = SecretBytes::CopyOf(parts->key);
  WipeString(&parts->key);
  CONCORDAT_ASSIGN_OR_RETURN(SigningKey key, SigningKey::FromSeed(seed));
  NoteVerifier verifier(std::string(parts->name), key.verifying_key());
  if (absl::BytesToHexString(verifier.key_id_) != parts->key_id_hex) return refused;
  return NoteSigner(std::move(key), std::move(verifier));
}

NoteSigner NoteSigner::Generate(std::string_view name) {
  CONCORDAT_CHECK(IsKeyName(name));
  SigningKey key = SigningKey::Generate();
  NoteVerifier verifier(std::string(name), key.verifying_key());
  return NoteSigner(std::move(key), std::move(verifier));
}

std::string NoteSigner::EncodePrivate() const {
  const SecretBytes seed = key_.seed();
  return StrCat(kSignerPrefix, JoinKeyString(name(), verifier_.key_id_, seed.Reveal(RevealKey())));
}

absl::StatusOr<std::string> NoteSigner::Sign(std::string_view text) const {
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(text.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckNoteCharacters(text));
  if (text.empty() || text.back() != '\n') {
    return absl::InvalidArgumentError("signed note: got text without a final newline, want one");
  }
  std::string note = StrCat(text, "\n", kSignaturePrefix, name(), " ",
                            absl::Base64Escape(StrCat(verifier_.key_id_, key_.Sign(text))), "\n");
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(note.size()));
  return note;
}

}  // namespace concordat::crypto
