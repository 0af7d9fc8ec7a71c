#include "crypto/signed_note.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/limits.h"
#include "base/str_cat.h"

namespace concordat::crypto {
namespace {

// The example of golang.org/x/mod/sumdb/note, where the format comes from. Ed25519 is
// deterministic, so a signer of the same text with the same key gives exactly this note.
constexpr std::string_view kSigner =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kVerifier =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kSignature =
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n";
constexpr std::string_view kOtherSignature =
    "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWL"
    "ox33WWd1RvMc+QQ=\n";
constexpr std::string_view kOtherVerifier =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";

NoteVerifier Verifier() { return *NoteVerifier::Parse(kVerifier); }
NoteSigner Signer() { return *NoteSigner::Parse(kSigner); }
std::string Note() { return StrCat(kText, "\n", kSignature); }

absl::StatusCode CodeOf(std::string_view note) { return Verifier().Verify(note).status().code(); }

TEST(NoteVerifierTest, RefusesEveryPartOfAKeyString) {
  for (size_t begin = 0; begin <= kVerifier.size(); ++begin) {
    for (size_t size = 0; size <= kVerifier.size() - begin; ++size) {
      if (size == kVerifier.size()) continue;
      EXPECT_FALSE(NoteVerifier::Parse(kVerifier.substr(begin, size)).ok()) << begin << " " << size;
    }
  }
}

TEST(NoteVerifierTest, RefusesAKeyStringWithAnyByteChanged) {
  for (size_t i = 0; i < kVerifier.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed(kVerifier);
      changed[i] = static_cast<char>(c);
      if (changed == kVerifier) continue;
      EXPECT_FALSE(NoteVerifier::Parse(changed).ok()) << i << " " << c;
    }
  }
}

TEST(NoteVerifierTest, RefusesKeysOfAnotherAlgorithmSizeOrSpelling) {
  for (const std::string_view bad : {
           // The key id is that of each of these keys.
           "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
           "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVk mqq/LDE4izWy10TW",
       }) {
    EXPECT_EQ(NoteVerifier::Parse(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(NoteSignerTest, RefusesEveryPartOfAKeyStringAndRepeatsNoneOfIt) {
  for (size_t begin = 0; begin <= kSigner.size(); ++begin) {
    for (size_t size = 0; size <= kSigner.size() - begin; ++size) {
      if (size == kSigner.size()) continue;
      const absl::Status status = NoteSigner::Parse(kSigner.substr(begin, size)).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << begin << " " << size;
      EXPECT_FALSE(absl::StrContains(status.message(), "AYEK"));
    }
  }
}

TEST(NoteSignerTest, RefusesAKeyStringWithAnyByteChanged) {
  for (size_t i = 0; i < kSigner.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed(kSigner);
      changed[i] = static_cast<char>(c);
      if (changed == kSigner) continue;
      EXPECT_FALSE(NoteSigner::Parse(changed).ok()) << i << " " << c;
    }
  }
}

TEST(NoteSignerDeathTest, ANameThatIsNoneIsABug) {
  for (const std::string_view bad : {"", "a b", "a+b", "a\n", "a\u00a0b", "\xff"}) {
    EXPECT_DEATH(NoteSigner::Generate(bad), "check failed");
  }
}

TEST(NoteSignerTest, RefusesTextThatIsNoNote) {
  const NoteSigner signer = Signer();
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("no newline"), std::string_view("a\tb\n"),
        std::string_view("a\r\n"), std::string_view("a\0b\n", 4), std::string_view("\xff\n")}) {
    EXPECT_EQ(signer.Sign(bad).status().code(), absl::StatusCode::kInvalidArgument)
        << testing::PrintToString(bad);
  }
}

TEST(NoteSignerTest, RefusesANoteBeyondTheBound) {
  const NoteSigner signer = Signer();
  const size_t room = kNoteBytesMax - 1 - kSignature.size();
  const auto largest = signer.Sign(std::string(room - 1, 'a') + "\n");
  ASSERT_EQ(largest->size(), kNoteBytesMax);
  EXPECT_TRUE(Verifier().Verify(*largest).ok());
  EXPECT_EQ(signer.Sign(std::string(room, 'a') + "\n").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(signer.Sign(std::string(kNoteBytesMax, '\n')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(SignedNoteTest, RefusesDamageToAnyBit) {
  const NoteVerifier verifier = Verifier();
  const std::string note = Note();
  for (size_t i = 0; i < note.size() * 8; ++i) {
    std::string damaged = note;
    damaged[i / 8] ^= static_cast<char>(1 << (i % 8));
    EXPECT_FALSE(verifier.Verify(damaged).ok()) << i;
  }
}

TEST(SignedNoteTest, RefusesANoteCutShortOrExtended) {
  const std::string note = Note();
  for (size_t size = 0; size < note.size(); ++size) {
    EXPECT_EQ(CodeOf(note.substr(0, size)), absl::StatusCode::kInvalidArgument) << size;
  }
  for (const std::string_view more : {"a", "\n", "\n\n", " \n", "\u2014 \n", "\u2014 a b\n"}) {
    EXPECT_EQ(CodeOf(note + std::string(more)), absl::StatusCode::kInvalidArgument) << more;
  }
}

TEST(SignedNoteTest, TellsChangedTextFromAMissingSignature) {
  std::string changed = Note();
  changed[0] = 'i';
  EXPECT_EQ(CodeOf(changed), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf(StrCat(kText, "\n", kOtherSignature)), absl::StatusCode::kNotFound);
}

TEST(SignedNoteTest, ASignatureUnderTheSameNameByAnotherKeyIsNotThisKeys) {
  const NoteSigner namesake = NoteSigner::Generate("PeterNeumann");
  EXPECT_EQ(CodeOf(*namesake.Sign(kText)), absl::StatusCode::kNotFound);
}

TEST(SignedNoteTest, OneSignatureThatDoesNotVerifyOutweighsOneThatDoes) {
  const std::string other_text = *Signer().Sign("another text\n");
  const std::string wrong_line = other_text.substr(other_text.find("\u2014"));
  EXPECT_EQ(CodeOf(Note() + wrong_line), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf(StrCat(kText, "\n", wrong_line, kSignature)), absl::StatusCode::kDataLoss);
}

TEST(SignedNoteTest, RefusesMoreSignaturesThanTheBound) {
  std::string note = Note();
  for (size_t i = 1; i < kNoteSignaturesMax; ++i) note.append(kOtherSignature);
  EXPECT_EQ(Verifier().Verify(note).value(), kText);
  note.append(kOtherSignature);
  EXPECT_EQ(CodeOf(note), absl::StatusCode::kInvalidArgument);
}

TEST(SignedNoteTest, RefusesSignatureLinesOfAnotherForm) {
  for (const std::string_view line :
       {"- PeterNeumann x08go/Zy\n", "\u2014PeterNeumann x08go/Zy\n", "\u2014  x08go/Zy\n",
        "\u2014 PeterNeumann\n", "\u2014 PeterNeumann \n", "\u2014 Peter+Neumann x08go/Zy\n",
        "\u2014 PeterNeumann x08go/Z\n", "\u2014 PeterNeumann x08g\n",
        "\u2014 PeterNeumann x08go/Zy \n", "\u2014 PeterNeumann x08go_Zy\n"}) {
    EXPECT_EQ(CodeOf(Note() + std::string(line)), absl::StatusCode::kInvalidArgument) << line;
  }
}

TEST(SignedNoteTest, GivesThePublishedNote) {
  EXPECT_EQ(Signer().Sign(kText).value(), Note());
  EXPECT_EQ(Signer().verifier().Encode(), kVerifier);
  EXPECT_EQ(Signer().EncodePrivate(), kSigner);
  EXPECT_EQ(Signer().name(), "PeterNeumann");
}

TEST(SignedNoteTest, ReadsThePublishedNote) {
  EXPECT_EQ(Verifier().Verify(Note()).value(), kText);
  EXPECT_EQ(Verifier().Encode(), kVerifier);
}

// The example of c2sp.org/signed-note.
TEST(SignedNoteTest, ReadsTheNoteOfTheSpecification) {
  const auto verifier =
      NoteVerifier::Parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  EXPECT_EQ(verifier
                ->Verify("This is an example message.\n\n"
                         "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlT"
                         "gK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
                .value(),
            "This is an example message.\n");
}

TEST(SignedNoteTest, PassesOverSignaturesByOthers) {
  for (const auto& note : {StrCat(kText, "\n", kOtherSignature, kSignature),
                           StrCat(kText, "\n", kSignature, kOtherSignature)}) {
    EXPECT_EQ(Verifier().Verify(note).value(), kText);
    EXPECT_EQ(NoteVerifier::Parse(kOtherVerifier)->Verify(note).value(), kText);
  }
}

TEST(SignedNoteTest, KeepsEmptyLinesInsideTheText) {
  const NoteSigner signer = NoteSigner::Generate("example.org/log");
  for (const std::string_view text : {"\n", "a\n\nb\n", "a\n\n", "\n\n\n"}) {
    EXPECT_EQ(signer.verifier().Verify(*signer.Sign(text)).value(), text);
  }
}

TEST(SignedNoteTest, AGeneratedKeySurvivesItsStrings) {
  NoteSigner signer = NoteSigner::Generate("example.org/log");
  const std::string note = *signer.Sign("origin\n1\n");
  EXPECT_EQ(NoteSigner::Parse(signer.EncodePrivate())->Sign("origin\n1\n").value(), note);
  EXPECT_EQ(NoteVerifier::Parse(signer.verifier().Encode())->Verify(note).value(), "origin\n1\n");
  const NoteSigner moved = std::move(signer);
  EXPECT_EQ(moved.Sign("origin\n1\n").value(), note);
}

}  // namespace
}  // namespace concordat::crypto
