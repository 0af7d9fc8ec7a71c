// Notes with several signatures: rotation of a log's key, and lines that others add.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"

namespace concordat::crypto {
namespace {

constexpr std::string_view kText = "origin\n1\n";

class SeveralSignersTest : public testing::Test {
 protected:
  std::string SignedBy(const std::vector<const NoteSigner*>& signers) {
    return *SignNote(kText, signers);
  }
  std::vector<NoteSignature> SignaturesOf(std::string_view note) {
    return ParseSignedNote(note)->signatures;
  }

  const NoteSigner old_ = NoteSigner::Generate("example.org/log");
  const NoteSigner new_ = NoteSigner::Generate("example.org/log");
  const NoteSigner stranger_ = NoteSigner::Generate("example.org/log");
  const std::vector<NoteVerifier> known_ = {old_.verifier(), new_.verifier()};
};

TEST_F(SeveralSignersTest, RefusesANoteThatNoKnownKeySigned) {
  const absl::Status status = VerifyNote(SignedBy({&stranger_}), known_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "signed note: got no signature by example.org/log or example.org/log, want one");
  EXPECT_EQ(VerifyNote(SignedBy({&old_}), {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SeveralSignersTest, OneFalseSignatureOfAKnownKeySpoilsTheNote) {
  const std::string other = *old_.Sign("another text\n");
  for (const std::string& note :
       {SignedBy({&new_}) + FormatSignatureLine(SignaturesOf(other)[0]),
        StrCat(kText, "\n", FormatSignatureLine(SignaturesOf(other)[0]),
               FormatSignatureLine(SignaturesOf(SignedBy({&new_}))[0]))}) {
    EXPECT_EQ(VerifyNote(note, known_).status().code(), absl::StatusCode::kDataLoss);
    // Who does not know that key passes over its line.
    EXPECT_EQ(new_.verifier().Verify(note).value(), kText);
  }
}

TEST_F(SeveralSignersTest, SaysWhichOfTheKnownKeysSigned) {
  EXPECT_EQ(VerifyNote(SignedBy({&old_}), known_)->signers, std::vector<size_t>{0});
  EXPECT_EQ(VerifyNote(SignedBy({&stranger_, &new_}), known_)->signers, std::vector<size_t>{1});
  EXPECT_EQ(VerifyNote(SignedBy({&new_, &old_}), known_)->signers, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(VerifyNote(SignedBy({&old_, &old_}), known_)->signers, std::vector<size_t>{0});
  EXPECT_EQ(VerifyNote(SignedBy({&old_}), known_)->text, kText);
}

TEST_F(SeveralSignersTest, RefusesNoSignerAndTooMany) {
  EXPECT_EQ(SignNote(kText, {}).status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<const NoteSigner*> many(kNoteSignaturesMax, &old_);
  EXPECT_TRUE(SignNote(kText, many).ok());
  many.push_back(&old_);
  EXPECT_EQ(SignNote(kText, many).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SeveralSignersTest, RefusesToAddLinesBeyondTheBoundsOrToNoNote) {
  const std::vector<NoteSignature> one = SignaturesOf(SignedBy({&stranger_}));
  EXPECT_EQ(AddSignatures(kText, one).status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<NoteSignature> many;
  for (size_t i = 1; i <= kNoteSignaturesMax; ++i) {
    many.push_back({StrCat("w", i), "1234", "signature"});
  }
  EXPECT_EQ(AddSignatures(SignedBy({&old_}), many).status().code(),
            absl::StatusCode::kInvalidArgument);
  many.pop_back();
  EXPECT_TRUE(AddSignatures(SignedBy({&old_}), many).ok());
  EXPECT_FALSE(
      AddSignatures(SignedBy({&old_}), {{"w", "1234", std::string(kNoteBytesMax, 's')}}).ok());
  EXPECT_FALSE(AddSignatures(SignedBy({&old_}), {{"a b", "1234", "s"}}).ok());
}

TEST_F(SeveralSignersTest, AddsEachLineOnce) {
  const std::string note = SignedBy({&old_});
  const std::vector<NoteSignature> more = SignaturesOf(SignedBy({&old_, &new_}));
  const std::string longer = *AddSignatures(note, more);
  EXPECT_EQ(longer, SignedBy({&old_, &new_}));
  EXPECT_EQ(*AddSignatures(longer, more), longer);
}

TEST_F(SeveralSignersTest, RefusesSignatureLinesThatAreNone) {
  for (const std::string_view bad :
       {"", "\n", "text\n", "\u2014 a MTIzNHM=", "\u2014 a MTIzNHM=\n\n", "\n\u2014 a MTIzNHM=\n",
        "\u2014 a MTIzNA==\n", "\u2014 a\u00a0b MTIzNHM=\n", "\u2014 a\u3000 MTIzNHM=\n",
        "\u2014 a\u2028 MTIzNHM=\n", "\u2014 a MTIzNHM=\r\n"}) {
    EXPECT_EQ(ParseSignatureLines(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  std::string lines;
  for (size_t i = 0; i < kNoteSignaturesMax; ++i) lines.append("\u2014 a MTIzNHM=\n");
  EXPECT_EQ(ParseSignatureLines(lines)->size(), kNoteSignaturesMax);
  EXPECT_FALSE(ParseSignatureLines(lines + "\u2014 a MTIzNHM=\n").ok());
}

TEST_F(SeveralSignersTest, ReadsWhatItWrites) {
  const auto lines = ParseSignatureLines("\u2014 caf\u00e9 MTIzNHM=\n\u2014 b NTY3OHQ=\n");
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0].key_name, "caf\u00e9");
  EXPECT_EQ((*lines)[0].key_id, "1234");
  EXPECT_EQ((*lines)[0].signature, "s");
  EXPECT_EQ(FormatSignatureLine((*lines)[1]), "\u2014 b NTY3OHQ=\n");
}

}  // namespace
}  // namespace concordat::crypto
