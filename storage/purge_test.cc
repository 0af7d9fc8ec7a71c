// Real files of RocksDB: what is deleted is gone from every one of them.
#include "storage/purge.h"

#include <memory>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "rocksdb/write_batch.h"
#include "storage/database.h"
#include "storage/rescan.h"
#include "storage/testing/crash_env.h"

namespace concordat::storage {
namespace {

class PurgeTest : public ::testing::Test {
 protected:
  PurgeTest() { Open(); }

  void Open() {
    database_.reset();
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open("/db", env_.env());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  // As an erasure's batch does: everything at once.
  void Write(bool put) {
    const auto open = database_->Acquire();
    ASSERT_TRUE(open.ok());
    rocksdb::WriteBatch batch;
    const auto write = [&](Family family, const std::string& key, const std::string& value) {
      ASSERT_TRUE((put ? batch.Put((*open)->handle(family), key, value)
                       : batch.Delete((*open)->handle(family), key))
                      .ok());
    };
    write(Family::kKeys, "subject", wrapped_);
    write(Family::kSealed, "part", sealed_);
    write(Family::kPersonIndex, token_, "");
    ASSERT_TRUE(batch.Put((*open)->handle(Family::kCases), "case", put ? token_ : "none").ok());
    ASSERT_TRUE(batch.Put((*open)->handle(Family::kMeta), "format", "1").ok());
    ASSERT_TRUE(batch.Put((*open)->handle(Family::kLog), "entry", "entry").ok());
    ASSERT_TRUE(database_->Write(&batch).ok());
  }

  std::vector<std::string> Found() {
    const auto result = Rescan(env_.env(), "/db",
                               {{"key", wrapped_}, {"ciphertext", sealed_}, {"token", token_}}, {});
    EXPECT_TRUE(result.ok()) << result.status();
    std::vector<std::string> found;
    for (const Finding& finding : result->found) {
      found.push_back(StrCat(finding.kind, " in ", finding.file));
    }
    return found;
  }

  CrashEnv env_;
  std::unique_ptr<Database> database_;
  const std::string wrapped_ = crypto::RandomBytes(60);
  const std::string sealed_ = crypto::RandomBytes(70000);
  const std::string token_ = crypto::RandomBytes(32);
};

TEST_F(PurgeTest, WithoutItWhatWasDeletedStaysOnTheDisk) {
  Write(true);
  Write(false);
  EXPECT_FALSE(Found().empty());
}

TEST_F(PurgeTest, WhatWasDeletedIsInNoFileAfterwards) {
  Write(true);
  Write(false);
  ASSERT_TRUE(Purge(*database_).ok());
  EXPECT_EQ(Found(), std::vector<std::string>());
}

TEST_F(PurgeTest, AlsoWhatHadLongBeenWrittenOutAndNamedInManifests) {
  Write(true);
  ASSERT_TRUE(Purge(*database_).ok());
  EXPECT_FALSE(Found().empty());
  Open();
  ASSERT_TRUE(Purge(*database_).ok());
  Write(false);
  ASSERT_TRUE(Purge(*database_).ok());
  EXPECT_EQ(Found(), std::vector<std::string>());
  EXPECT_EQ(*database_->Get(Family::kLog, "entry"), "entry");
}

TEST_F(PurgeTest, AlsoAfterARestartInBetween) {
  Write(true);
  Write(false);
  Open();
  ASSERT_TRUE(Purge(*database_).ok());
  EXPECT_EQ(Found(), std::vector<std::string>());
}

TEST_F(PurgeTest, KeepsWhatWasNotDeleted) {
  Write(true);
  ASSERT_TRUE(Purge(*database_).ok());
  ASSERT_TRUE(Purge(*database_).ok());
  EXPECT_EQ(*database_->Get(Family::kKeys, "subject"), wrapped_);
  EXPECT_EQ(*database_->Get(Family::kSealed, "part"), sealed_);
}

TEST_F(PurgeTest, NamesTheFilesOfTheLogAlone) {
  Write(true);
  ASSERT_TRUE(Purge(*database_).ok());
  const auto files = LogFiles(*database_);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 1u);
  const auto result = Rescan(env_.env(), "/db", {{"token", token_}}, {});
  ASSERT_TRUE(result.ok());
  for (const Finding& finding : result->found) EXPECT_EQ(files->count(finding.file), 0u);
}

}  // namespace
}  // namespace concordat::storage
