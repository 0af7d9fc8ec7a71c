#include "crypto/signed_note_key.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "base/base64.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/utf8.h"
#include "crypto/secret_bytes.h"
#include "crypto/sha256.h"

namespace concordat::crypto {
namespace {

constexpr size_t kKeyIdBytes = 4;
constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";

static_assert(kEd25519PublicKeyBytes == kEd25519SeedBytes);
constexpr size_t kKeyBytes = 1 + kEd25519PublicKeyBytes;

// Unicode's White_Space beyond ASCII, in UTF-8.
constexpr std::string_view kSpaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001",
                                        "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                        "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                        "\u2029", "\u202f", "\u205f", "\u3000"};

bool IsAlgorithm(char byte) {
  return byte == static_cast<char>(NoteAlgorithm::kEd25519) ||
         byte == static_cast<char>(NoteAlgorithm::kCosignatureV1);
}

std::string WithAlgorithm(NoteAlgorithm algorithm, std::string_view key) {
  return StrCat(std::string(1, static_cast<char>(algorithm)), key);
}

// <name>+<key id>+<base64 of the algorithm and the key>
struct KeyString {
  std::string_view name;
  std::string_view key_id_hex;
  NoteAlgorithm algorithm;
  std::string key;
};

std::optional<KeyString> SplitKeyString(std::string_view encoded) {
  const size_t first = encoded.find('+');
  if (first == encoded.npos) return std::nullopt;
  const size_t second = encoded.find('+', first + 1);
  if (second == encoded.npos) return std::nullopt;
  std::optional<std::string> key = DecodeBase64(encoded.substr(second + 1));
  if (!key.has_value() || key->size() != kKeyBytes || !IsAlgorithm(key->front())) {
    return std::nullopt;
  }
  KeyString parts = {encoded.substr(0, first), encoded.substr(first + 1, second - first - 1),
                     static_cast<NoteAlgorithm>(key->front()), key->substr(1)};
  WipeString(&*key);
  if (!IsNoteKeyName(parts.name)) return std::nullopt;
  return parts;
}

std::string JoinKeyString(const NotePublicKey& public_key, std::string_view key) {
  return StrCat(public_key.name(), "+", absl::BytesToHexString(public_key.key_id()), "+",
                EncodeBase64(WithAlgorithm(public_key.algorithm(), key)));
}

}  // namespace

bool IsNoteKeyName(std::string_view name) {
  const auto breaks_a_line = [](unsigned char c) { return c <= ' ' || c == '+' || c == 0x7f; };
  return !name.empty() && CountCodePoints(name).has_value() &&
         std::none_of(name.begin(), name.end(), breaks_a_line) &&
         std::none_of(std::begin(kSpaces), std::end(kSpaces),
                      [&](std::string_view space) { return name.find(space) != name.npos; });
}

NotePublicKey::NotePublicKey(std::string_view name, NoteAlgorithm algorithm,
                             const VerifyingKey& key)
    : name_(name), algorithm_(algorithm), key_(key) {
  const Digest digest = Sha256(StrCat(name_, "\n", WithAlgorithm(algorithm_, key_.bytes())));
  key_id_ = AsBytes(digest).substr(0, kKeyIdBytes);
}

absl::StatusOr<NotePublicKey> NotePublicKey::Create(std::string_view name, NoteAlgorithm algorithm,
                                                    const VerifyingKey& key) {
  if (!IsNoteKeyName(name)) {
    return absl::InvalidArgumentError(
        "note key name: got another form, want UTF-8 without spaces and plus signs");
  }
  return NotePublicKey(name, algorithm, key);
}

absl::StatusOr<NotePublicKey> NotePublicKey::Parse(std::string_view encoded) {
  const absl::Status refused = absl::InvalidArgumentError(
      "note public key: got another form, want <name>+<key id>+<base64 of an algorithm and an "
      "Ed25519 key>");
  const std::optional<KeyString> parts = SplitKeyString(encoded);
  if (!parts.has_value()) return refused;
  CONCORDAT_ASSIGN_OR_RETURN(const VerifyingKey key, VerifyingKey::FromBytes(parts->key));
  NotePublicKey public_key(parts->name, parts->algorithm, key);
  if (public_key.Encode() != encoded) return refused;
  return public_key;
}

std::string NotePublicKey::Encode() const { return JoinKeyString(*this, key_.bytes()); }

NotePrivateKey::NotePrivateKey(SigningKey key, NotePublicKey public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

absl::StatusOr<NotePrivateKey> NotePrivateKey::Parse(std::string_view encoded) {
  const absl::Status refused = absl::InvalidArgumentError(
      "note private key: got another form, want PRIVATE+KEY+<name>+<key id>+<base64 of an "
      "algorithm and an Ed25519 seed>");
  if (encoded.substr(0, kPrivatePrefix.size()) != kPrivatePrefix) return refused;
  std::optional<KeyString> parts = SplitKeyString(encoded.substr(kPrivatePrefix.size()));
  if (!parts.has_value()) return refused;
  const SecretBytes seed = SecretBytes::CopyOf(parts->key);
  WipeString(&parts->key);
  CONCORDAT_ASSIGN_OR_RETURN(SigningKey key, SigningKey::FromSeed(seed));
  NotePublicKey public_key(parts->name, parts->algorithm, key.verifying_key());
  if (absl::BytesToHexString(public_key.key_id()) != ToAbsl(parts->key_id_hex)) return refused;
  return NotePrivateKey(std::move(key), std::move(public_key));
}

NotePrivateKey NotePrivateKey::Generate(std::string_view name, NoteAlgorithm algorithm) {
  CONCORDAT_CHECK(IsNoteKeyName(name));
  SigningKey key = SigningKey::Generate();
  NotePublicKey public_key(name, algorithm, key.verifying_key());
  return NotePrivateKey(std::move(key), std::move(public_key));
}

std::string NotePrivateKey::Encode() const {
  const SecretBytes seed = key_.seed();
  return StrCat(kPrivatePrefix, JoinKeyString(public_key_, seed.Reveal(RevealKey())));
}

}  // namespace concordat::crypto
