// Logs whose own key signs for what is not so: what hashes and signatures alone do not show.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/fsck.h"
#include "storage/key_schema.h"
#include "storage/testing/stored_rows.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/tile_tree.h"

namespace concordat::storage {
namespace {

using ::testing::HasSubstr;

constexpr char kOrigin[] = "lancashire.concordat.test/log";

class FsckLiesTest : public testing::Test {
 protected:
  FsckLiesTest() {
    StoredRows::Rows& meta = rows_[Family::kMeta];
    meta[std::string(kMetaFormat)] = std::string(kFormatVersion);
    meta[std::string(kMetaOrigin)] = kOrigin;
    meta[std::string(kMetaVerifierKey)] = signer_.verifier().Encode();
    Sign();
  }

  static v1::LogEntry Entry(uint64_t index) {
    v1::LogEntry entry;
    entry.set_index(index);
    return entry;
  }

  // An entry with its tiles and checkpoint.
  void Append(const std::string& stored) {
    rows_[Family::kLog][LogKey(LeafIndex{tree_.size().value})] = stored;
    tree_.Append(tlog::LeafHash(stored));
    for (const auto& [tile, bytes] : tree_.TakeChangedTiles()) {
      rows_[Family::kTiles][TileKey(tile)] = bytes;
    }
    Sign();
  }
  void Append(const v1::LogEntry& entry) { Append(entry.SerializeAsString()); }
  void Sign() { SignText(tlog::CheckpointText(kOrigin, tree_.size(), tree_.Root())); }
  void SignText(const std::string& text) {
    rows_[Family::kCheckpoints][CheckpointKey(tree_.size())] = *signer_.Sign(text);
  }

  std::string Finding() {
    const std::vector<crypto::NoteVerifier> keys = {signer_.verifier()};
    const absl::Status status = Fsck(rows_, {keys, nullptr, nullptr, true, nullptr}).status();
    EXPECT_TRUE(status.ok() || absl::IsDataLoss(status)) << status;
    return std::string(status.message());
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate(kOrigin);
  tlog::TileTree tree_;
  StoredRows rows_;
};

TEST_F(FsckLiesTest, ALogThatIsNoLieIsSound) {
  Append(Entry(0));
  Append(Entry(1));
  EXPECT_EQ("", Finding());
}

TEST_F(FsckLiesTest, NamesAnEntryThatIsNone) {
  Append(Entry(0));
  Append("\xff");
  EXPECT_THAT(Finding(), HasSubstr("entry 1: got bytes that do not parse"));
}

TEST_F(FsckLiesTest, NamesAnEntryInAnothersPlace) {
  Append(Entry(1));
  EXPECT_THAT(Finding(), HasSubstr("entry 0: got the index 1"));
}

TEST_F(FsckLiesTest, NamesAPolicyOfAnotherDigest) {
  v1::LogEntry entry = Entry(0);
  entry.mutable_policy_changed()->set_policy("a policy");
  entry.set_policy_digest("its digest");
  Append(entry);
  EXPECT_THAT(Finding(), HasSubstr("entry 0: got a policy of another digest"));
}

TEST_F(FsckLiesTest, NamesAnEntryThatContradictsThoseBeforeIt) {
  v1::LogEntry entry = Entry(0);
  entry.mutable_erased()->set_request_index(7);
  Append(entry);
  EXPECT_THAT(Finding(), HasSubstr("erasure 0: got request 7"));
}

TEST_F(FsckLiesTest, NamesAPartThatIsNotStored) {
  v1::LogEntry entry = Entry(0);
  entry.mutable_collected()->add_parts()->set_subject_id("case-a");
  Append(entry);
  EXPECT_THAT(Finding(), HasSubstr("sealed part 0 of entry 0: got no ciphertext, want it"));
}

TEST_F(FsckLiesTest, NamesACheckpointOfAnotherRootOriginOrForm) {
  Append(Entry(0));
  SignText(tlog::CheckpointText(kOrigin, TreeSize{1}, tlog::EmptyRoot()));
  EXPECT_THAT(Finding(), HasSubstr("checkpoint of size 1: got the root"));
  SignText(tlog::CheckpointText("other.test/log", tree_.size(), tree_.Root()));
  EXPECT_THAT(Finding(), HasSubstr("checkpoint of size 1: got another origin, or more lines"));
  SignText(tlog::CheckpointText(kOrigin, tree_.size(), tree_.Root()) + "extension\n");
  EXPECT_THAT(Finding(), HasSubstr("checkpoint of size 1: got another origin, or more lines"));
  SignText("a note\n");
  EXPECT_THAT(Finding(), HasSubstr("checkpoint of size 1: got a text that is no checkpoint"));
}

TEST_F(FsckLiesTest, NamesAKeyChangeThatHandsOverNothing) {
  const std::string own = signer_.verifier().Encode();
  const std::string next = crypto::NoteSigner::Generate(kOrigin).verifier().Encode();
  const std::string others = crypto::NoteSigner::Generate("other.test/log").verifier().Encode();
  struct Change {
    std::string from, to, finding;
  };
  for (const Change& lie : {Change{next, own, "entry 0: got a key change from another key"},
                            Change{own, own, "entry 0: got a key change to no other key"},
                            Change{own, others, "entry 0: got a key change to no other key"},
                            Change{own, "no key", "entry 0: got a key change to no other key"}}) {
    v1::LogEntry entry = Entry(0);
    entry.mutable_log_key_changed()->set_old_verifier_key(lie.from);
    entry.mutable_log_key_changed()->set_new_verifier_key(lie.to);
    tree_ = tlog::TileTree();
    Append(entry);
    EXPECT_THAT(Finding(), HasSubstr(lie.finding));
  }
}

TEST_F(FsckLiesTest, NamesEntriesBeyondTheLastCheckpoint) {
  Append(Entry(0));
  Append(Entry(1));
  rows_[Family::kCheckpoints].erase(CheckpointKey(TreeSize{2}));
  EXPECT_THAT(Finding(), HasSubstr("checkpoint of size 2: got none"));
}

}  // namespace
}  // namespace concordat::storage
