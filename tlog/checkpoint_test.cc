#include "tlog/checkpoint.h"

#include <string>

#include "absl/strings/escaping.h"
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

}  // namespace
}  // namespace concordat::tlog
