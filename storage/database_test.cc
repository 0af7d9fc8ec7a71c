#include "storage/database.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "rocksdb/write_batch.h"
#include "storage/testing/crash_env.h"

namespace concordat::storage {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open("/db", env_.env());
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  absl::Status Put(const std::string& key, const std::string& value) {
    rocksdb::WriteBatch batch;
    const auto open = database_->Acquire();
    if (!open.ok()) return open.status();
    EXPECT_TRUE(batch.Put((*open)->handle(Family::kCases), key, value).ok());
    return database_->Write(&batch);
  }

  CrashEnv env_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, WritesNothingAfterAFailureUntilItIsReopened) {
  env_.SetSyncFails(true);
  EXPECT_EQ(Put("a", "1").code(), absl::StatusCode::kUnavailable);
  env_.SetSyncFails(false);
  const uint64_t written = env_.bytes_written();
  EXPECT_EQ(Put("b", "2").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(env_.bytes_written(), written);
  ASSERT_TRUE(database_->Reopen().ok());
  EXPECT_TRUE(Put("b", "2").ok());
}

TEST_F(DatabaseTest, ReadsGoOnWhileThereIsNoSpaceToReopen) {
  ASSERT_TRUE(Put("a", "1").ok());
  env_.SetFreeBytes(1000);
  EXPECT_EQ(database_->Reopen().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(*database_->Get(Family::kCases, "a"), "1");
}

TEST_F(DatabaseTest, StaysClosedAfterAReopenThatFailedAndComesBackWithTheNext) {
  ASSERT_TRUE(Put("a", "1").ok());
  // Enough for the probe, which is deleted again, and not for the files.
  env_.SetFreeBytes((1 << 20) + 10);
  EXPECT_EQ(database_->Reopen().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(database_->Get(Family::kCases, "a").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(database_->Snapshot()->Get(Family::kCases, "a").status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(Put("b", "2").code(), absl::StatusCode::kUnavailable);
  env_.SetFreeBytes(CrashEnv::kUnlimited);
  ASSERT_TRUE(database_->Reopen().ok());
  EXPECT_EQ(*database_->Get(Family::kCases, "a"), "1");
}

TEST_F(DatabaseTest, ReopeningWaitsForTheReadsThatRun) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Put(StrCat("key ", i), "value").ok());
  const std::unique_ptr<Reader> snapshot = database_->Snapshot();
  absl::Notification reading;
  std::vector<std::string> seen;
  std::thread reader([&] {
    const absl::Status scanned =
        snapshot->Scan(Family::kCases, "", "", [&](std::string_view key, std::string_view) {
          if (seen.empty()) reading.Notify();
          seen.emplace_back(key);
          // Also while the files are being closed under it.
          database_->Get(Family::kCases, key).status().IgnoreError();
          return true;
        });
    EXPECT_TRUE(scanned.ok()) << scanned;
  });
  reading.WaitForNotification();
  EXPECT_TRUE(database_->Reopen().ok());
  reader.join();
  EXPECT_EQ(seen.size(), 10u);
}

TEST_F(DatabaseTest, ScansHalfOpenRangesInByteOrder) {
  for (const char* key : {"b", "a", "c", "\xff"}) ASSERT_TRUE(Put(key, "").ok());
  const auto keys = [&](std::string_view begin, std::string_view end) {
    std::string found;
    EXPECT_TRUE(database_
                    ->Scan(Family::kCases, begin, end,
                           [&](std::string_view key, std::string_view) {
                             found += key;
                             return true;
                           })
                    .ok());
    return found;
  };
  EXPECT_EQ(keys("a", "c"), "ab");
  EXPECT_EQ(keys("", ""), "abc\xff");
  EXPECT_EQ(keys("b", ""), "bc\xff");
  EXPECT_EQ(keys("c", "a"), "");
  EXPECT_EQ(*database_->LastKey(Family::kCases), "\xff");
  EXPECT_EQ(database_->LastKey(Family::kAlerts).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(DatabaseTest, AReadOnlyOpeningWritesNothing) {
  ASSERT_TRUE(Put("a", "1").ok());
  const uint64_t written = env_.bytes_written();
  const auto view = Database::OpenReadOnly("/db", env_.env());
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(*(*view)->Get(Family::kCases, "a"), "1");
  EXPECT_EQ(env_.bytes_written(), written);
  EXPECT_EQ(Database::OpenReadOnly("/nowhere", env_.env()).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace concordat::storage
