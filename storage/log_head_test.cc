#include "storage/log_head.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "rocksdb/write_batch.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"

namespace concordat::storage {
namespace {

// A log of 300 entries, and a way to change single stored values behind its back.
class LogHeadTest : public testing::Test {
 protected:
  LogHeadTest() {
    EXPECT_TRUE(test_.Append(300).ok());
    test_.Close();
    absl::StatusOr<std::unique_ptr<Database>> database =
        Database::Open(test_.data_dir(), test_.env().env());
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  void Put(Family family, const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(batch.Put((*database_->Acquire())->handle(family), key, value).ok());
    ASSERT_TRUE(database_->Write(&batch).ok());
  }

  void Delete(Family family, const std::string& key) {
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(batch.Delete((*database_->Acquire())->handle(family), key).ok());
    ASSERT_TRUE(database_->Write(&batch).ok());
  }

  std::string Get(Family family, const std::string& key) { return *database_->Get(family, key); }

  // The stored value with one bit of its last byte changed.
  void Damage(Family family, const std::string& key) {
    std::string value = Get(family, key);
    value.back() = static_cast<char>(value.back() ^ 1);
    Put(family, key, value);
  }

  void ExpectDataLoss(const std::string& text) {
    const absl::Status status = LoadHead(*database_, test_.verifier()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), text)) << status;
  }

  TestLog test_;
  std::unique_ptr<Database> database_;
};

TEST_F(LogHeadTest, LoadsWhatWasCommitted) {
  const absl::StatusOr<LogHead> head = LoadHead(*database_, test_.verifier());
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->tree.size(), TreeSize{300});
}

TEST_F(LogHeadTest, RefusesANoteThatWasChanged) {
  std::string note = Get(Family::kCheckpoints, CheckpointKey(TreeSize{300}));
  note.replace(note.find("300"), 3, "301");
  Put(Family::kCheckpoints, CheckpointKey(TreeSize{300}), note);
  ExpectDataLoss("head checkpoint of size 300: got a note that the log's key did not sign");
}

TEST_F(LogHeadTest, RefusesAnotherKeysNote) {
  const crypto::NoteSigner other = crypto::NoteSigner::Generate(test_.verifier().name());
  Put(Family::kCheckpoints, CheckpointKey(TreeSize{300}),
      *other.Sign(tlog::CheckpointText(other.name(), TreeSize{300}, crypto::Digest())));
  ExpectDataLoss("did not sign");
}

TEST_F(LogHeadTest, RefusesASignedNoteUnderAnotherSize) {
  Put(Family::kCheckpoints, CheckpointKey(TreeSize{301}),
      Get(Family::kCheckpoints, CheckpointKey(TreeSize{300})));
  ExpectDataLoss("head checkpoint of size 301: got the size 300 signed");
}

TEST_F(LogHeadTest, RefusesEntriesBeyondTheCheckpoint) {
  Put(Family::kLog, LogKey(LeafIndex{300}), "one too many");
  ExpectDataLoss("last entry: got index 300, want the tree size 300 to end with it");
}

TEST_F(LogHeadTest, RefusesACheckpointThatWentBack) {
  Delete(Family::kCheckpoints, CheckpointKey(TreeSize{300}));
  ExpectDataLoss("last entry: got index 299, want the tree size 0 to end with it");
}

TEST_F(LogHeadTest, RefusesAMissingLastEntry) {
  Delete(Family::kLog, LogKey(LeafIndex{299}));
  ExpectDataLoss("last entry: got index 298");
}

TEST_F(LogHeadTest, RefusesALastEntryOfOtherBytes) {
  Damage(Family::kLog, LogKey(LeafIndex{299}));
  ExpectDataLoss("entry 299: got bytes of leaf hash");
}

TEST_F(LogHeadTest, RefusesTilesThatGiveAnotherRoot) {
  Damage(Family::kTiles, TileKey({1, 0}));
  ExpectDataLoss("which the stored tiles give");
}

TEST_F(LogHeadTest, RefusesAMissingTile) {
  Delete(Family::kTiles, TileKey({0, 1}));
  ExpectDataLoss("tile 0/1: got none, want it stored");
}

TEST_F(LogHeadTest, RefusesALogThatLostItsIdentity) {
  Delete(Family::kMeta, std::string(kMetaFormat));
  const crypto::NoteSigner signer = crypto::NoteSigner::Generate(test_.verifier().name());
  const absl::Status status = EnsureIdentity(*database_, signer);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "stored format: got none, want concordat log 2");
}

TEST_F(LogHeadTest, RefusesAnotherFormat) {
  Put(Family::kMeta, std::string(kMetaFormat), "concordat log 1");
  const crypto::NoteSigner signer = crypto::NoteSigner::Generate(test_.verifier().name());
  const absl::Status status = EnsureIdentity(*database_, signer);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(status.message(), "got the format concordat log 1 stored"));
}

}  // namespace
}  // namespace concordat::storage
