#include "tlog/checkpoint.h"

#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "gtest/gtest.h"

namespace concordat::tlog {
namespace {

constexpr std::string_view kRoot = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

std::string Text(std::string_view size, std::string_view root) {
  return std::string("example.com/behind-the-sofa\n")
      .append(size)
      .append("\n")
      .append(root)
      .append("\n");
}

std::string ErrorOf(const std::string& text) {
  return std::string(ParseCheckpointText(text).status().message());
}

TEST(CheckpointTest, RefusesASizeThatIsNotCanonical) {
  for (const std::string_view size :
       {"020", "+20", "-1", " 20", "20 ", "0x20", "18446744073709551616", "2e3", "twenty"}) {
    EXPECT_EQ(ErrorOf(Text(size, kRoot)),
              "checkpoint line 2: got something else, want a tree size in canonical decimal")
        << size;
  }
}

TEST(CheckpointTest, RefusesARootThatIsNotCanonicalBase64Of32Bytes) {
  EXPECT_EQ(ErrorOf(Text("1", "AAAA")), "checkpoint line 3: got 3 bytes, want 32 bytes");
  for (const std::string_view root :
       {"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
        "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=", "not base64"}) {
    EXPECT_EQ(ErrorOf(Text("1", root)),
              "checkpoint line 3: got something else, want a root hash in canonical base64")
        << root;
  }
}

TEST(CheckpointTest, RefusesMissingAndEmptyLines) {
  EXPECT_EQ(ErrorOf(""),
            "checkpoint: got a last line without a newline, want every line ended by one");
  EXPECT_EQ(ErrorOf("a\n1\n"), "checkpoint: got 2 lines, want 3 or more");
  EXPECT_EQ(ErrorOf("\n1\n" + std::string(kRoot) + "\n"),
            "checkpoint line 1: got an empty line, want text");
  EXPECT_EQ(ErrorOf(Text("1", kRoot) + "\n"), "checkpoint line 4: got an empty line, want text");
  std::string cut = Text("1", kRoot);
  cut.pop_back();
  EXPECT_FALSE(ParseCheckpointText(cut).ok());
}

TEST(CheckpointTest, ReadsTheExampleOfTheSpecification) {
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(Text("20852163", kRoot));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, TreeSize{20852163});
  EXPECT_EQ(CheckpointText(checkpoint->origin, checkpoint->size, checkpoint->root),
            Text("20852163", kRoot));
}

TEST(CheckpointTest, LeavesExtensionLinesAside) {
  const absl::StatusOr<Checkpoint> checkpoint =
      ParseCheckpointText(Text("0", kRoot) + "extension\nanother one\n");
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, TreeSize{0});
}

class OpenCheckpointTest : public testing::Test {
 protected:
  static std::string Note(const crypto::NoteSigner& signer, std::string_view origin) {
    return *signer.Sign(StrCat(origin, "\n7\n", kRoot, "\n"));
  }
  absl::StatusCode CodeOf(std::string_view note) {
    return OpenCheckpoint(note, keys_).status().code();
  }

  const crypto::NoteSigner old_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner new_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner other_ = crypto::NoteSigner::Generate("other.test");
  const std::vector<crypto::NoteVerifier> keys_ = {old_.verifier(), new_.verifier(),
                                                   other_.verifier()};
};

TEST_F(OpenCheckpointTest, RefusesAnOriginThatNoKeyIsNamedAfter) {
  const absl::Status status = OpenCheckpoint(Note(old_, "third.test"), keys_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "checkpoint: got origin third.test, want one with a known log key (log.test, log.test, "
            "other.test)");
}

TEST_F(OpenCheckpointTest, RefusesAKnownKeyThatSignsForAnotherLog) {
  EXPECT_EQ(CodeOf(Note(other_, "log.test")), absl::StatusCode::kNotFound);
}

TEST_F(OpenCheckpointTest, RefusesStrangersFalseSignaturesAndOtherTexts) {
  EXPECT_EQ(CodeOf(Note(crypto::NoteSigner::Generate("log.test"), "log.test")),
            absl::StatusCode::kNotFound);
  std::string changed = Note(old_, "log.test");
  changed[changed.find('7')] = '8';
  EXPECT_EQ(CodeOf(changed), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CodeOf(*old_.Sign("log.test\n07\n")), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf("log.test\n"), absl::StatusCode::kInvalidArgument);
}

TEST_F(OpenCheckpointTest, TakesEachKeyOfALogWhoseKeyChanged) {
  for (const crypto::NoteSigner* signer : {&old_, &new_}) {
    const auto checkpoint = OpenCheckpoint(Note(*signer, "log.test"), keys_);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(checkpoint->size, TreeSize{7});
  }
}

}  // namespace
}  // namespace concordat::tlog
