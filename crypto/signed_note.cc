#include "crypto/signed_note.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/utf8.h"

namespace concordat::crypto {
namespace {

constexpr size_t kKeyIdBytes = 4;
constexpr std::string_view kSignaturePrefix = "\u2014 ";

absl::Status CheckNoteCharacters(std::string_view text) {
  if (!CountCodePoints(text).has_value()) {
    return absl::InvalidArgumentError("signed note: got bytes that are not UTF-8, want UTF-8");
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\n') {
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

absl::Status CheckSignatureCount(size_t count) {
  if (count <= kNoteSignaturesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("signed note: got more than ", kNoteSignaturesMax, " signatures, want at most that"));
}

absl::Status Malformed() {
  return absl::InvalidArgumentError(
      "signed note: got another form, want text, an empty line and signature lines");
}

// `line` without its newline.
std::optional<NoteSignature> ParseSignatureLine(std::string_view line) {
  if (line.substr(0, kSignaturePrefix.size()) != kSignaturePrefix) return std::nullopt;
  line.remove_prefix(kSignaturePrefix.size());
  const size_t space = line.find(' ');
  if (space == line.npos || !IsNoteKeyName(line.substr(0, space))) return std::nullopt;
  const std::optional<std::string> bytes = DecodeBase64(line.substr(space + 1));
  if (!bytes.has_value() || bytes->size() <= kKeyIdBytes) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, space)), bytes->substr(0, kKeyIdBytes),
                       bytes->substr(kKeyIdBytes)};
}

bool Contains(const std::vector<NoteSignature>& signatures, const NoteSignature& wanted) {
  return std::any_of(signatures.begin(), signatures.end(), [&](const NoteSignature& have) {
    return have.key_name == wanted.key_name && have.key_id == wanted.key_id &&
           have.signature == wanted.signature;
  });
}

std::string NamesOf(absl::Span<const NoteVerifier> verifiers) {
  std::string names;
  for (const NoteVerifier& verifier : verifiers) {
    StrAppend(&names, names.empty() ? "" : " or ", verifier.name());
  }
  return names;
}

}  // namespace

absl::StatusOr<std::vector<NoteSignature>> ParseSignatureLines(std::string_view lines) {
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(lines.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckNoteCharacters(lines));
  if (lines.empty() || lines.back() != '\n') return Malformed();
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckSignatureCount(signatures.size() + 1));
    const size_t newline = lines.find('\n');
    std::optional<NoteSignature> signature = ParseSignatureLine(lines.substr(0, newline));
    if (!signature.has_value()) return Malformed();
    signatures.push_back(*std::move(signature));
    lines.remove_prefix(newline + 1);
  }
  return signatures;
}

absl::StatusOr<SignedNote> ParseSignedNote(std::string_view note) {
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(note.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckNoteCharacters(note));
  const size_t end_of_text = note.rfind("\n\n");
  if (end_of_text == note.npos) return Malformed();
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<NoteSignature> signatures,
                             ParseSignatureLines(note.substr(end_of_text + 2)));
  return SignedNote{std::string(note.substr(0, end_of_text + 1)), std::move(signatures)};
}

std::string FormatSignatureLine(const NoteSignature& signature) {
  return StrCat(kSignaturePrefix, signature.key_name, " ",
                EncodeBase64(StrCat(signature.key_id, signature.signature)), "\n");
}

absl::StatusOr<std::string> AddSignatures(std::string_view note,
                                          absl::Span<const NoteSignature> signatures) {
  CONCORDAT_ASSIGN_OR_RETURN(SignedNote parsed, ParseSignedNote(note));
  std::string longer(note);
  for (const NoteSignature& signature : signatures) {
    if (Contains(parsed.signatures, signature)) continue;
    longer.append(FormatSignatureLine(signature));
    parsed.signatures.push_back(signature);
  }
  CONCORDAT_RETURN_IF_ERROR(ParseSignedNote(longer).status());
  return longer;
}

NoteVerifier::NoteVerifier(NotePublicKey key) : key_(std::move(key)) {}

absl::StatusOr<NoteVerifier> NoteVerifier::Parse(std::string_view encoded) {
  const absl::StatusOr<NotePublicKey> key = NotePublicKey::Parse(encoded);
  if (!key.ok() || key->algorithm() != NoteAlgorithm::kEd25519) {
    return absl::InvalidArgumentError(
        "note verifier key: got another form, want <name>+<key id>+<base64 of 0x01 and an Ed25519 "
        "key>");
  }
  return NoteVerifier(*key);
}

absl::StatusOr<std::string> NoteVerifier::Verify(std::string_view note) const {
  CONCORDAT_ASSIGN_OR_RETURN(VerifiedNote verified, VerifyNote(note, absl::MakeConstSpan(this, 1)));
  return std::move(verified.text);
}

absl::StatusOr<VerifiedNote> VerifyNote(std::string_view note,
                                        absl::Span<const NoteVerifier> verifiers) {
  CONCORDAT_ASSIGN_OR_RETURN(const SignedNote parsed, ParseSignedNote(note));
  return VerifyNote(parsed, verifiers);
}

absl::StatusOr<VerifiedNote> VerifyNote(const SignedNote& note,
                                        absl::Span<const NoteVerifier> verifiers) {
  VerifiedNote verified = {note.text, {}};
  for (size_t i = 0; i < verifiers.size(); ++i) {
    bool signed_by_this_key = false;
    for (const NoteSignature& signature : note.signatures) {
      if (!signature.IsBy(verifiers[i].public_key())) continue;
      if (!verifiers[i].key().Verify(note.text, signature.signature)) {
        return absl::DataLossError(StrCat("signed note: got a signature by ", verifiers[i].name(),
                                          " that does not verify, want the text that it signed"));
      }
      signed_by_this_key = true;
    }
    if (signed_by_this_key) verified.signers.push_back(i);
  }
  if (verified.signers.empty()) {
    return absl::NotFoundError(
        StrCat("signed note: got no signature by ", NamesOf(verifiers), ", want one"));
  }
  return verified;
}

NoteSigner::NoteSigner(NotePrivateKey key) : key_(std::move(key)), verifier_(key_.public_key()) {}

absl::StatusOr<NoteSigner> NoteSigner::Parse(std::string_view encoded) {
  absl::StatusOr<NotePrivateKey> key = NotePrivateKey::Parse(encoded);
  if (!key.ok() || key->public_key().algorithm() != NoteAlgorithm::kEd25519) {
    return absl::InvalidArgumentError(
        "note signer key: got another form, want PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and "
        "an Ed25519 seed>");
  }
  return NoteSigner(*std::move(key));
}

NoteSigner NoteSigner::Generate(std::string_view name) {
  return NoteSigner(NotePrivateKey::Generate(name, NoteAlgorithm::kEd25519));
}

absl::StatusOr<std::string> NoteSigner::Sign(std::string_view text) const {
  const NoteSigner* const self = this;
  return SignNote(text, absl::MakeConstSpan(&self, 1));
}

absl::StatusOr<std::string> SignNote(std::string_view text,
                                     absl::Span<const NoteSigner* const> signers) {
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(text.size()));
  CONCORDAT_RETURN_IF_ERROR(CheckNoteCharacters(text));
  CONCORDAT_RETURN_IF_ERROR(CheckSignatureCount(signers.size()));
  if (text.empty() || text.back() != '\n') {
    return absl::InvalidArgumentError("signed note: got text without a final newline, want one");
  }
  if (signers.empty()) {
    return absl::InvalidArgumentError("signed note: got no signer, want one or more");
  }
  std::string note = StrCat(text, "\n");
  for (const NoteSigner* signer : signers) {
    note.append(FormatSignatureLine(
        {signer->name(), signer->verifier_.public_key().key_id(), signer->key_.Sign(text)}));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckNoteSize(note.size()));
  return note;
}

}  // namespace concordat::crypto
