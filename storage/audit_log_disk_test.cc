// A disk that is full or fails: clear errors, bad health, nothing half written, and recovery
// without a restart.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

// The last health that was told.
class Health {
 public:
  explicit Health(AuditLog& log) {
    log.SetHealthListener([this](absl::Status health) {
      absl::MutexLock lock(&mutex_);
      health_ = std::move(health);
    });
  }
  absl::StatusCode code() {
    absl::MutexLock lock(&mutex_);
    return health_.code();
  }
  // False when it stays bad for much longer than the writer waits between its attempts.
  bool AwaitOk() {
    absl::MutexLock lock(&mutex_);
    const auto is_ok = [](absl::Status* health) { return health->ok(); };
    return mutex_.AwaitWithTimeout(absl::Condition(+is_ok, &health_),
                                   20 * absl::Milliseconds(kStorageRetryMilliseconds));
  }

 private:
  absl::Mutex mutex_;
  absl::Status health_;
};

Apply Write(const std::string& name) {
  return [name](Transaction& transaction) {
    transaction.Put(Family::kCases, name, EncodeUint64(transaction.NextIndex().value));
    transaction.AppendEntry(TestEntry(name));
    return absl::OkStatus();
  };
}

// Each name is in the log once and its index record points to it, or both are absent.
void ExpectWholeLog(TestLog& test) {
  const Committed head = test.log().Head();
  const std::unique_ptr<Reader> reader = test.log().Snapshot();
  tlog::CompactRange range;
  ASSERT_TRUE(test.log()
                  .ScanEntries(LeafIndex{0}, LeafIndex{head.tree_size.value},
                               [&](LeafIndex index, std::string_view bytes) {
                                 v1::LogEntry entry;
                                 EXPECT_TRUE(entry.ParseFromArray(bytes.data(), bytes.size()));
                                 const auto indexed =
                                     reader->Get(Family::kCases, entry.actor().agency());
                                 EXPECT_TRUE(indexed.ok()) << indexed.status();
                                 EXPECT_EQ(*indexed, EncodeUint64(index.value));
                                 range.Append(tlog::LeafHash(bytes));
                                 return true;
                               })
                  .ok());
  uint64_t records = 0;
  ASSERT_TRUE(reader->Scan(Family::kCases, "", "", [&](auto, auto) { return ++records > 0; }).ok());
  EXPECT_EQ(records, head.tree_size.value);
  const auto checkpoint = tlog::ParseCheckpointText(*test.verifier().Verify(head.checkpoint));
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(checkpoint->root, range.Root());
}

TEST(AuditLogDiskTest, AFullDiskIsNamedAndReadsGoOn) {
  TestLog test;
  Health health(test.log());
  ASSERT_TRUE(test.Commit(Write("before")).ok());
  const std::unique_ptr<Reader> snapshot = test.log().Snapshot();
  test.env().SetFreeBytes(100);
  for (int i = 0; i < 3; ++i) {
    const auto answer = test.Commit(Write(StrCat("refused ", i)));
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_TRUE(absl::StartsWith(answer.status().message(), "log storage: got no space left"))
        << answer.status();
  }
  EXPECT_EQ(health.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(test.log().health().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{1});
  EXPECT_TRUE(test.log().ReadEntry(LeafIndex{0}).ok());
  EXPECT_TRUE(snapshot->Get(Family::kCases, "before").ok());
}

TEST(AuditLogDiskTest, RecoversByItselfOnceThereIsSpace) {
  TestLog test;
  Health health(test.log());
  ASSERT_TRUE(test.Commit(Write("before")).ok());
  const std::string checkpoint = test.log().Head().checkpoint;
  test.env().SetFreeBytes(100);
  ASSERT_FALSE(test.Commit(Write("refused")).ok());
  test.env().SetFreeBytes(CrashEnv::kUnlimited);
  ASSERT_TRUE(health.AwaitOk());  // Nobody submits anything.
  EXPECT_TRUE(test.log().health().ok());
  EXPECT_EQ(test.log().Head().checkpoint, checkpoint);
  const auto after = test.Commit(Write("after"));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->first, LeafIndex{1});
  EXPECT_FALSE(test.log().Snapshot()->Get(Family::kCases, "refused").ok());
  ExpectWholeLog(test);
}

TEST(AuditLogDiskTest, TheNextOperationFindsTheSpaceAtOnce) {
  TestLog test;
  test.env().SetFreeBytes(0);
  ASSERT_FALSE(test.Commit(Write("refused")).ok());
  test.env().SetFreeBytes(CrashEnv::kUnlimited);
  const auto after = test.Commit(Write("after"));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->tree_size, TreeSize{1});
  ExpectWholeLog(test);
}

TEST(AuditLogDiskTest, LeavesNothingHalfWrittenWhereverTheSpaceEnds) {
  TestLog test;
  int refused = 0;
  for (uint64_t bytes = 0; bytes < 1200; bytes += 110) {
    SCOPED_TRACE(StrCat(bytes, " bytes free"));
    test.env().SetFreeBytes(bytes);
    if (!test.Commit(Write(StrCat("tight ", bytes))).ok()) ++refused;
    test.env().SetFreeBytes(CrashEnv::kUnlimited);
    auto answer = test.Commit(Write(StrCat("roomy ", bytes)));
    // RocksDB's background work may have met the full disk, too, and only the next write tells.
    if (!answer.ok()) answer = test.Commit(Write(StrCat("roomy again ", bytes)));
    ASSERT_TRUE(answer.ok()) << answer.status();
    ExpectWholeLog(test);
    test.env().Crash();
    test.Close();
    test.env().Restart(0);
    ASSERT_TRUE(test.Open().ok());
    EXPECT_EQ(test.log().Head().checkpoint, answer->checkpoint);
    ExpectWholeLog(test);
  }
  EXPECT_GT(refused, 3);
}

TEST(AuditLogDiskTest, AFailedSyncNeverSplitsTheLog) {
  TestLog test;
  for (int round = 0; round < 5; ++round) {
    test.env().SetSyncFails(true);
    const auto failed = test.Commit(Write(StrCat("failed ", round)));
    EXPECT_EQ(failed.status().code(), absl::StatusCode::kUnavailable) << failed.status();
    EXPECT_FALSE(test.log().health().ok());
    test.env().SetSyncFails(false);
    // Its bytes reached the file, so it may be found again; then the next one follows it.
    const auto answer = test.Commit(Write(StrCat("after ", round)));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_TRUE(test.log().health().ok());
    ExpectWholeLog(test);
    test.env().Crash();
    test.Close();
    test.env().Restart(0);
    ASSERT_TRUE(test.Open().ok());
    EXPECT_EQ(test.log().Head().checkpoint, answer->checkpoint);
    ExpectWholeLog(test);
  }
}

TEST(AuditLogDiskTest, AFailedWriteFailsTheWholeBatch) {
  TestLog test;
  ASSERT_TRUE(test.Commit(Write("before")).ok());
  absl::Notification held, release, done;
  absl::Status duplicate;
  test.log().Submit(
      [&](Transaction&) {
        held.Notify();
        release.WaitForNotification();
        return absl::OkStatus();
      },
      [](absl::StatusOr<Committed>) {});
  held.WaitForNotification();
  test.log().Submit(Write("lost"), [](absl::StatusOr<Committed> answer) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
  });
  // Refused because of a write that is then lost: its answer would not be true.
  test.log().Submit(
      [](Transaction& transaction) {
        return transaction.Get(Family::kCases, "lost").ok() ? absl::AlreadyExistsError("there")
                                                            : absl::OkStatus();
      },
      [&](absl::StatusOr<Committed> answer) {
        duplicate = answer.status();
        done.Notify();
      });
  test.env().SetSyncFails(true);
  release.Notify();
  done.WaitForNotification();
  EXPECT_EQ(duplicate.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{1});
}

TEST(AuditLogDiskTest, ASnapshotIsLostWithTheFilesItReads) {
  TestLog test;
  ASSERT_TRUE(test.Commit(Write("before")).ok());
  const std::unique_ptr<Reader> snapshot = test.log().Snapshot();
  test.env().SetFreeBytes(0);
  ASSERT_FALSE(test.Commit(Write("refused")).ok());
  test.env().SetFreeBytes(CrashEnv::kUnlimited);
  ASSERT_TRUE(test.Commit(Write("after")).ok());
  EXPECT_EQ(snapshot->Get(Family::kCases, "before").status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(test.log().Snapshot()->Get(Family::kCases, "before").ok());
}

TEST(AuditLogDiskTest, ClosesWhileTheDiskIsFull) {
  TestLog test;
  ASSERT_TRUE(test.Commit(Write("before")).ok());
  test.env().SetFreeBytes(0);
  absl::Status refused;
  test.log().Submit(Write("refused"),
                    [&](absl::StatusOr<Committed> answer) { refused = answer.status(); });
  test.Close();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  test.env().SetFreeBytes(CrashEnv::kUnlimited);
  ASSERT_TRUE(test.Open().ok());
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{1});
}

}  // namespace
}  // namespace concordat::storage
