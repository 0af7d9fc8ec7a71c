#include "crypto/signed_note_key.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"

namespace concordat::crypto {
namespace {

using std::string_literals::operator""s;

// The key of the seed 00 01 .. 1f as a cosigner, made with the openssl command line (Ed25519) and
// Python's hashlib (key id).
constexpr std::string_view kPublic =
    "witness.example.org/w1+cfcd1a67+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view kPrivate =
    "PRIVATE+KEY+witness.example.org/w1+cfcd1a67+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
// The same as a signer of notes.
constexpr std::string_view kNotePublic =
    "witness.example.org/w1+00aaeea9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

TEST(NotePublicKeyTest, RefusesAKeyStringWithAnyByteChanged) {
  for (size_t i = 0; i < kPublic.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed(kPublic);
      changed[i] = static_cast<char>(c);
      if (changed == kPublic) continue;
      EXPECT_FALSE(NotePublicKey::Parse(changed).ok()) << i << " " << c;
    }
  }
}

TEST(NotePublicKeyTest, RefusesAKeyIdOfAnotherAlgorithmAndOtherAlgorithms) {
  for (const std::string_view bad :
       {"witness.example.org/w1+00aaeea9+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "witness.example.org/w1+cfcd1a67+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        // The key id is that of each of these keys: ECDSA, RFC 6962 and ML-DSA-44 types.
        "witness.example.org/w1+bb2b17ab+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "witness.example.org/w1+1785b435+BQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "witness.example.org/w1+84f9105d+BgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"}) {
    EXPECT_EQ(NotePublicKey::Parse(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(NotePublicKeyTest, RefusesNamesThatWouldBreakALine) {
  const VerifyingKey key = NotePublicKey::Parse(kPublic)->key();
  for (const std::string_view bad :
       {"", "a b", "a+b", "a\n", "a\tb", "a\x7f", "a\u00a0b", "a\u3000", "\xff"}) {
    EXPECT_EQ(NotePublicKey::Create(bad, NoteAlgorithm::kCosignatureV1, key).status().code(),
              absl::StatusCode::kInvalidArgument)
        << bad;
  }
}

TEST(NotePrivateKeyTest, RefusesAKeyStringWithAnyByteChangedAndRepeatsNothingOfIt) {
  for (size_t i = 0; i < kPrivate.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed(kPrivate);
      changed[i] = static_cast<char>(c);
      if (changed == kPrivate) continue;
      const absl::Status status = NotePrivateKey::Parse(changed).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << i << " " << c;
      EXPECT_FALSE(absl::StrContains(status.message(), "AAECAwQF")) << i << " " << c;
    }
  }
}

TEST(NoteKeyTest, ReadsAndWritesTheWorkedKeys) {
  const auto key = NotePrivateKey::Parse(kPrivate);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->Encode(), kPrivate);
  EXPECT_EQ(key->public_key().Encode(), kPublic);
  EXPECT_EQ(key->public_key().algorithm(), NoteAlgorithm::kCosignatureV1);
  EXPECT_EQ(key->public_key().name(), "witness.example.org/w1");
  EXPECT_EQ(NotePublicKey::Parse(kPublic)->Encode(), kPublic);
}

TEST(NoteKeyTest, OneKeyHasAnotherIdForEachAlgorithm) {
  const VerifyingKey key = NotePublicKey::Parse(kPublic)->key();
  const auto note_key =
      NotePublicKey::Create("witness.example.org/w1", NoteAlgorithm::kEd25519, key);
  EXPECT_EQ(note_key->Encode(), kNotePublic);
  EXPECT_EQ(note_key->key_id(), "\x00\xaa\xee\xa9"s);
}

TEST(NoteKeyTest, ANameMayBeBeyondAscii) {
  const NotePrivateKey key = NotePrivateKey::Generate("caf\u00e9.example", NoteAlgorithm::kEd25519);
  EXPECT_EQ(NotePublicKey::Parse(key.public_key().Encode())->name(), "caf\u00e9.example");
}

TEST(NoteKeyTest, AGeneratedKeySurvivesItsStrings) {
  NotePrivateKey key = NotePrivateKey::Generate("w.example", NoteAlgorithm::kCosignatureV1);
  const std::string signature = key.Sign("message");
  EXPECT_TRUE(NotePublicKey::Parse(key.public_key().Encode())->key().Verify("message", signature));
  EXPECT_EQ(NotePrivateKey::Parse(key.Encode())->Sign("message"), signature);
  const NotePrivateKey moved = std::move(key);
  EXPECT_EQ(moved.Sign("message"), signature);
}

}  // namespace
}  // namespace concordat::crypto
