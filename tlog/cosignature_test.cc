#include "tlog/cosignature.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "crypto/signed_note_key.h"

namespace concordat::tlog {
namespace {

// The checkpoint of the specification's example; its witness's key is not published, so the
// cosignature is by the key of the seed 00 01 .. 1f, made with the openssl command line (Ed25519),
// and Python's hashlib and struct (key id and timestamp).
constexpr std::string_view kText =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
constexpr std::string_view kLogLine =
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n";
constexpr int64_t kSeconds = 1679315147;
constexpr std::string_view kPrivate =
    "PRIVATE+KEY+witness.example.org/w1+cfcd1a67+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr std::string_view kPublic =
    "witness.example.org/w1+cfcd1a67+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view kLine =
    "\u2014 witness.example.org/w1 z80aZwAAAABkGFDLBuRDazBLVac2NE+Y+IjbjQOcXLfF9CSDZVUIoS83rE1nFZsV"
    "E8YiWV6Ngr7lV8H6bdoBQGP/l73euDMQ9k+bBQ==\n";

std::string LogNote() { return StrCat(kText, "\n", kLogLine); }
CosignatureSigner Signer() { return *CosignatureSigner::Parse(kPrivate); }

absl::StatusOr<absl::Time> Verify(std::string_view note) {
  return Signer().verifier().Verify(*crypto::ParseSignedNote(note));
}

TEST(CosignatureTest, RefusesKeysOfNotes) {
  const crypto::NoteSigner note_signer = crypto::NoteSigner::Generate("w");
  EXPECT_FALSE(CosignatureSigner::Parse(note_signer.EncodePrivate()).ok());
  EXPECT_FALSE(CosignatureVerifier::Parse(note_signer.verifier().Encode()).ok());
  EXPECT_FALSE(crypto::NoteSigner::Parse(kPrivate).ok());
  EXPECT_FALSE(crypto::NoteVerifier::Parse(kPublic).ok());
}

TEST(CosignatureTest, RefusesDamageToAnyBitOfTimeAndSignature) {
  const std::string bytes = crypto::ParseSignatureLines(kLine)->front().signature;
  ASSERT_EQ(bytes.size(), 72u);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    crypto::SignedNote note = *crypto::ParseSignedNote(StrCat(LogNote(), kLine));
    note.signatures[1].signature[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_EQ(Signer().verifier().Verify(note).status().code(), absl::StatusCode::kDataLoss) << bit;
  }
}

TEST(CosignatureTest, RefusesAnotherTextAndOtherLengths) {
  crypto::SignedNote note = *crypto::ParseSignedNote(StrCat(LogNote(), kLine));
  note.text += "extension\n";
  EXPECT_EQ(Signer().verifier().Verify(note).status().code(), absl::StatusCode::kDataLoss);
  for (const size_t size : {1, 8, 64, 71}) {
    note = *crypto::ParseSignedNote(StrCat(LogNote(), kLine));
    note.signatures[1].signature.resize(size);
    EXPECT_EQ(Signer().verifier().Verify(note).status().code(), absl::StatusCode::kDataLoss)
        << size;
  }
  note = *crypto::ParseSignedNote(StrCat(LogNote(), kLine));
  note.signatures[1].signature.push_back('\0');
  EXPECT_EQ(Signer().verifier().Verify(note).status().code(), absl::StatusCode::kDataLoss);
}

TEST(CosignatureTest, RefusesATimeBeyondSixtyThreeBitsThoughSigned) {
  const auto key = crypto::NotePrivateKey::Parse(kPrivate);
  const std::string message = StrCat("cosignature/v1\ntime 9223372036854775808\n", kText);
  const std::string note = *crypto::AddSignatures(
      LogNote(), {{"witness.example.org/w1", key->public_key().key_id(),
                   StrCat("\x80", std::string(7, '\0'), key->Sign(message))}});
  EXPECT_EQ(Verify(note).status().code(), absl::StatusCode::kDataLoss);
}

TEST(CosignatureTest, ASignatureOfTheBareTextIsNoCosignature) {
  const auto key = crypto::NotePrivateKey::Parse(kPrivate);
  const std::string note = *crypto::AddSignatures(
      LogNote(), {{"witness.example.org/w1", key->public_key().key_id(), key->Sign(kText)}});
  EXPECT_EQ(Verify(note).status().code(), absl::StatusCode::kDataLoss);
}

TEST(CosignatureTest, PassesOverOthersAndSaysWhenThereIsNone) {
  EXPECT_EQ(Verify(LogNote()).status().code(), absl::StatusCode::kNotFound);
  const CosignatureSigner namesake = CosignatureSigner::Generate("witness.example.org/w1");
  const std::string other = LogNote() + *namesake.Sign(LogNote(), absl::FromUnixSeconds(5));
  EXPECT_EQ(Verify(other).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Verify(StrCat(other, kLine)).value(), absl::FromUnixSeconds(kSeconds));
}

TEST(CosignatureTest, RefusesToSignWhatIsNoCheckpointAndTimesBefore1970) {
  const crypto::NoteSigner log = crypto::NoteSigner::Generate("log");
  EXPECT_FALSE(Signer().Sign(*log.Sign("no checkpoint\n"), absl::FromUnixSeconds(1)).ok());
  EXPECT_FALSE(Signer().Sign(kText, absl::FromUnixSeconds(1)).ok());
  EXPECT_FALSE(Signer().Sign(LogNote(), absl::FromUnixSeconds(-1)).ok());
  EXPECT_TRUE(Signer().Sign(LogNote(), absl::FromUnixSeconds(0)).ok());
}

TEST(CosignatureTest, GivesAndReadsTheWorkedLine) {
  EXPECT_EQ(Signer().Sign(LogNote(), absl::FromUnixSeconds(kSeconds)).value(), kLine);
  EXPECT_EQ(Signer().verifier().Encode(), kPublic);
  EXPECT_EQ(Signer().EncodePrivate(), kPrivate);
  EXPECT_EQ(Verify(StrCat(LogNote(), kLine)).value(), absl::FromUnixSeconds(kSeconds));
}

TEST(CosignatureTest, GivesTheLatestOfSeveralTimes) {
  const std::string later = *Signer().Sign(LogNote(), absl::FromUnixSeconds(kSeconds + 9));
  EXPECT_EQ(Verify(StrCat(LogNote(), later, kLine)).value(), absl::FromUnixSeconds(kSeconds + 9));
  EXPECT_EQ(Verify(StrCat(LogNote(), kLine, later)).value(), absl::FromUnixSeconds(kSeconds + 9));
}

TEST(CosignatureTest, CoversExtensionLines) {
  const crypto::NoteSigner log = crypto::NoteSigner::Generate("example.com/behind-the-sofa");
  const std::string note = *log.Sign(StrCat(kText, "extension\n"));
  const std::string line = *Signer().Sign(note, absl::FromUnixSeconds(kSeconds));
  EXPECT_NE(line, kLine);
  EXPECT_TRUE(Verify(note + line).ok());
}

// What can be checked of the specification's own line: its parts, and the time of its example.
TEST(CosignatureTest, TheSpecificationsLineHasTheseParts) {
  const auto line = crypto::ParseSignatureLines(
      "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
      "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n");
  ASSERT_TRUE(line.ok()) << line.status();
  const std::string ours = crypto::ParseSignatureLines(kLine)->front().signature;
  EXPECT_EQ(line->front().signature.size(), ours.size());
  EXPECT_EQ(line->front().signature.substr(0, 8), ours.substr(0, 8));
}

}  // namespace
}  // namespace concordat::tlog
