#include "tlog/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/cosignature.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::tlog {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The example of the specification; its base64 of `extra` is none and its signatures are cut, so
// `extra` is made good and the one line is that of tlog-checkpoint's example.
constexpr std::string_view kHashes =
    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n";
constexpr std::string_view kNote =
    "example.com/fancylog\n"
    "109482\n"
    "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n"
    "\n"
    "\u2014 example.com/fancylog "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n";

std::string Text(std::string_view extra, std::string_view index, std::string_view hashes) {
  return StrCat("c2sp.org/tlog-proof@v1\n", extra, index, hashes, "\n", kNote);
}

std::string ErrorOf(std::string_view text) {
  const absl::Status status = ParseProof(text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(status.message());
}

TEST(TlogProofTextTest, RefusesAnotherFirstLine) {
  for (const std::string_view line :
       {"c2sp.org/tlog-proof@v2\n", "c2sp.org/tlog-proof@v1 \n", "c2sp.org/tlog-proof@v1\r\n",
        "\nc2sp.org/tlog-proof@v1\n", ""}) {
    EXPECT_THAT(ErrorOf(StrCat(line, "index 1\n", kHashes, "\n", kNote)),
                StartsWith("tlog-proof line 1: "));
  }
}

TEST(TlogProofTextTest, RefusesExtraLinesOfAnotherForm) {
  for (const std::string_view line :
       {"extra\n", "extra \n", "extra Zg\n", "extra Zg= =\n", "extra  Zg==\n", "extra Zg== \n",
        "extra Zh==\n", "Extra Zg==\n", " extra Zg==\n", "\n"}) {
    EXPECT_THAT(ErrorOf(Text(line, "index 1\n", kHashes)), StartsWith("tlog-proof line 2: "))
        << line;
  }
  EXPECT_THAT(ErrorOf(Text("extra Zg==\nextra Zg==\n", "index 1\n", kHashes)),
              StartsWith("tlog-proof line 3: "));
}

TEST(TlogProofTextTest, RefusesIndicesOfAnotherForm) {
  for (const std::string_view line :
       {"", "index\n", "index \n", "index 01\n", "index 00\n", "index -1\n", "index +1\n",
        "index  1\n", "index 1 \n", "index 1\r\n", "Index 1\n", "index\t1\n",
        "index 18446744073709551616\n"}) {
    EXPECT_EQ(
        ErrorOf(Text("", line, kHashes)),
        "tlog-proof line 2: got something else, want \"index \" and a leaf index in canonical "
        "decimal")
        << line;
  }
}

TEST(TlogProofTextTest, RefusesHashesOfAnotherForm) {
  for (const std::string_view line :
       {"AAAA\n", "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlR=\n",
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\r\n",
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ= \n", "index 1\n"}) {
    EXPECT_THAT(ErrorOf(Text("", "index 1\n", line)), StartsWith("tlog-proof line 3: ")) << line;
  }
  std::string many;
  for (size_t i = 0; i < kTlogProofHashesMax; ++i) many.append(kHashes.substr(0, 45));
  EXPECT_TRUE(ParseProof(Text("", "index 1\n", many)).ok());
  many.append(kHashes.substr(0, 45));
  EXPECT_THAT(ErrorOf(Text("", "index 1\n", many)), HasSubstr("want at most 64 hashes"));
}

TEST(TlogProofTextTest, RefusesATextCutShortAnywhereOrExtended) {
  const std::string text = Text("extra Zg==\n", "index 1\n", kHashes);
  for (size_t size = 0; size < text.size(); ++size) ErrorOf(text.substr(0, size));
  ErrorOf(text + "\n");
  ErrorOf(text + "more\n");
  ErrorOf(StrCat("c2sp.org/tlog-proof@v1\nindex 1\n", kHashes, kNote));
  ErrorOf(StrCat("c2sp.org/tlog-proof@v1\nindex 1\n", kHashes, "\n\n", kNote));
  ErrorOf(std::string(kTlogProofBytesMax + 1, 'x'));
}

TEST(TlogProofTextTest, RefusesToWriteWhatItWouldNotRead) {
  const TlogProof good = *ParseProof(Text("", "index 1\n", kHashes));
  TlogProof bad = good;
  bad.extra = "";
  EXPECT_FALSE(FormatProof(bad).ok());
  bad = good;
  bad.inclusion.resize(kTlogProofHashesMax + 1);
  EXPECT_FALSE(FormatProof(bad).ok());
  bad = good;
  bad.checkpoint_note = "no note\n";
  EXPECT_FALSE(FormatProof(bad).ok());
  bad = good;
  bad.extra = std::string(kTlogProofBytesMax, 'x');
  EXPECT_FALSE(FormatProof(bad).ok());
}

TEST(TlogProofTextTest, ReadsAndWritesTheExampleOfTheSpecification) {
  for (const std::string_view extra : {"", "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQ=\n"}) {
    const std::string text = Text(extra, "index 73894\n", kHashes);
    const auto proof = ParseProof(text);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(proof->extra.value_or("none"), extra.empty() ? "none" : "age-v1.2.1-darwin-arm64");
    EXPECT_EQ(proof->index, LeafIndex{73894});
    EXPECT_EQ(proof->inclusion.size(), 3u);
    EXPECT_EQ(proof->checkpoint_note, kNote);
    EXPECT_EQ(FormatProof(*proof).value(), text);
  }
  EXPECT_TRUE(ParseProof(Text("", "index 0\n", ""))->inclusion.empty());
}

class VerifyProofTest : public testing::Test {
 protected:
  static constexpr uint64_t kSize = 300;

  VerifyProofTest() {
    for (uint64_t i = 0; i < kSize; ++i) tree_.Append(LeafOf(i));
    tiles_ = tree_.TakeChangedTiles();
    proof_.index = LeafIndex{77};
    proof_.inclusion = *InclusionProof(proof_.index, TreeSize{kSize},
                                       [&](TileId tile) { return tiles_.at(tile); });
    proof_.checkpoint_note = *log_.Sign(CheckpointText("log.test", TreeSize{kSize}, tree_.Root()));
  }

  static crypto::Digest LeafOf(uint64_t i) { return LeafHash(StrCat("entry ", i)); }

  absl::Status Verify(const TlogProof& proof, uint64_t leaf = 77) const {
    return VerifyProof(proof, LeafOf(leaf), keys_).status();
  }

  const crypto::NoteSigner old_log_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  const std::vector<crypto::NoteVerifier> keys_ = {old_log_.verifier(), log_.verifier()};
  TileTree tree_;
  std::map<TileId, std::string> tiles_;
  TlogProof proof_;
};

TEST_F(VerifyProofTest, NamesAWrongLeafIndexOrHash) {
  ASSERT_TRUE(Verify(proof_).ok()) << Verify(proof_);
  EXPECT_EQ(Verify(proof_, 78).message(),
            "inclusion proof: got another root, want the checkpoint's");
  TlogProof changed = proof_;
  changed.index = LeafIndex{76};
  EXPECT_THAT(std::string(Verify(changed).message()), StartsWith("inclusion proof: "));
  changed.index = LeafIndex{kSize};
  EXPECT_THAT(std::string(Verify(changed).message()), StartsWith("leaf index: got 300"));
}

TEST_F(VerifyProofTest, RefusesEveryDamagedMissingAddedOrMovedHash) {
  for (size_t i = 0; i < proof_.inclusion.size(); ++i) {
    TlogProof changed = proof_;
    changed.inclusion[i][i] ^= 1;
    EXPECT_FALSE(Verify(changed).ok()) << i;
    changed = proof_;
    changed.inclusion.erase(changed.inclusion.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(std::string(Verify(changed).message()), StartsWith("proof: got")) << i;
    changed = proof_;
    std::swap(changed.inclusion[i], changed.inclusion[(i + 1) % changed.inclusion.size()]);
    EXPECT_FALSE(Verify(changed).ok()) << i;
  }
  TlogProof longer = proof_;
  longer.inclusion.push_back({});
  EXPECT_FALSE(Verify(longer).ok());
}

TEST_F(VerifyProofTest, NamesACheckpointByNobodyKnownOrOfAnotherLog) {
  TlogProof changed = proof_;
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  changed.checkpoint_note =
      *stranger.Sign(CheckpointText("log.test", TreeSize{kSize}, tree_.Root()));
  EXPECT_EQ(Verify(changed).code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Verify(changed).message()), StartsWith("signed note: got no signature"));
  changed.checkpoint_note = *log_.Sign(CheckpointText("other.test", TreeSize{kSize}, tree_.Root()));
  EXPECT_THAT(std::string(Verify(changed).message()), StartsWith("checkpoint: got origin"));
  changed = proof_;
  changed.checkpoint_note[9] = '4';
  EXPECT_EQ(Verify(changed).code(), absl::StatusCode::kDataLoss);
}

TEST_F(VerifyProofTest, NamesAQuorumThatIsNotMet) {
  const CosignatureSigner witness = CosignatureSigner::Generate("w.test");
  const Policy policy = *Policy::Parse(StrCat("log ", log_.verifier().Encode(), "\nwitness w ",
                                              witness.verifier().Encode(), "\nquorum w\n"));
  const absl::Status status = VerifyProof(proof_, LeafOf(77), policy).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "quorum: got too few cosignatures, want w");
  TlogProof cosigned = proof_;
  cosigned.checkpoint_note += *witness.Sign(proof_.checkpoint_note, absl::FromUnixSeconds(9));
  EXPECT_TRUE(VerifyProof(cosigned, LeafOf(77), policy).ok());
  EXPECT_THAT(std::string(VerifyProof(cosigned, LeafOf(76), policy).status().message()),
              StartsWith("inclusion proof: "));
}

TEST_F(VerifyProofTest, HoldsForEveryLeafAndBothKeysThroughItsText) {
  for (uint64_t leaf = 0; leaf < kSize; ++leaf) {
    TlogProof proof;
    proof.index = LeafIndex{leaf};
    proof.inclusion =
        *InclusionProof(proof.index, TreeSize{kSize}, [&](TileId tile) { return tiles_.at(tile); });
    const crypto::NoteSigner& signer = leaf % 2 == 0 ? old_log_ : log_;
    proof.checkpoint_note = *signer.Sign(CheckpointText("log.test", TreeSize{kSize}, tree_.Root()));
    const auto checkpoint = VerifyProof(*ParseProof(*FormatProof(proof)), LeafOf(leaf), keys_);
    ASSERT_TRUE(checkpoint.ok()) << leaf << checkpoint.status();
    EXPECT_EQ(checkpoint->size, TreeSize{kSize});
  }
}

}  // namespace
}  // namespace concordat::tlog
