// Group commit: what operations that share a batch see of each other, cost and leave behind.
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

Apply AppendOne(std::string agency) {
  return [agency](Transaction& transaction) {
    transaction.AppendEntry(TestEntry(agency));
    return absl::OkStatus();
  };
}

Apply PutAndAppend(std::string key) {
  return [key](Transaction& transaction) {
    transaction.Put(Family::kCases, key, StrCat(transaction.NextIndex().value));
    transaction.AppendEntry(TestEntry("police"));
    return absl::OkStatus();
  };
}

Apply Refuse(std::string key) {
  return [key](Transaction& transaction) {
    transaction.Put(Family::kCases, key, "never");
    transaction.AppendEntry(TestEntry("never"));
    transaction.Delete(Family::kCases, "kept");
    return absl::AlreadyExistsError("refused");
  };
}

// Holds the writer in an operation, so that all that is submitted meanwhile makes one batch.
class HeldWriter {
 public:
  explicit HeldWriter(AuditLog& log) {
    log.Submit(
        [this](Transaction&) {
          held_.Notify();
          release_.WaitForNotification();
          return absl::OkStatus();
        },
        [this](absl::StatusOr<Committed>) { answered_.Notify(); });
    held_.WaitForNotification();
  }
  void Release() {
    release_.Notify();
    answered_.WaitForNotification();
  }

 private:
  absl::Notification held_;
  absl::Notification release_;
  absl::Notification answered_;
};

// Submits all while the writer is held, then gives each answer in order.
std::vector<absl::StatusOr<Committed>> CommitAsOneBatch(AuditLog& log, std::vector<Apply> applies) {
  std::vector<absl::StatusOr<Committed>> answers(applies.size());
  absl::BlockingCounter answered(static_cast<int>(applies.size()));
  HeldWriter writer(log);
  for (size_t i = 0; i < applies.size(); ++i) {
    log.Submit(applies[i], [&answers, &answered, i](absl::StatusOr<Committed> answer) {
      answers[i] = std::move(answer);
      answered.DecrementCount();
    });
  }
  writer.Release();
  answered.Wait();
  return answers;
}

TEST(AuditLogBatchTest, AFailingOperationLeavesNoTraceAndHarmsNoNeighbour) {
  TestLog test;
  const auto answers = CommitAsOneBatch(
      test.log(), {PutAndAppend("kept"), Refuse("refused"), PutAndAppend("after")});
  ASSERT_TRUE(answers[0].ok()) << answers[0].status();
  EXPECT_EQ(answers[1].status(), absl::AlreadyExistsError("refused"));
  ASSERT_TRUE(answers[2].ok()) << answers[2].status();
  EXPECT_EQ(answers[0]->first, LeafIndex{0});
  EXPECT_EQ(answers[2]->first, LeafIndex{1});
  EXPECT_EQ(answers[2]->tree_size, TreeSize{2});
  EXPECT_EQ(answers[0]->checkpoint, answers[2]->checkpoint);
  const std::unique_ptr<Reader> reader = test.log().Snapshot();
  EXPECT_EQ(*reader->Get(Family::kCases, "kept"), "0");
  EXPECT_EQ(*reader->Get(Family::kCases, "after"), "1");
  EXPECT_EQ(reader->Get(Family::kCases, "refused").status().code(), absl::StatusCode::kNotFound);
}

TEST(AuditLogBatchTest, RefusesBeyondTheQueueAtOnce) {
  TestLog test;
  HeldWriter writer(test.log());
  std::atomic<size_t> committed{0};
  absl::BlockingCounter answered(kLogQueueMax);
  for (size_t i = 0; i < kLogQueueMax; ++i) {
    test.log().Submit(AppendOne("police"), [&](absl::StatusOr<Committed> answer) {
      if (answer.ok()) ++committed;
      answered.DecrementCount();
    });
  }
  absl::Status refused;
  test.log().Submit(AppendOne("police"),
                    [&](absl::StatusOr<Committed> answer) { refused = answer.status(); });
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  writer.Release();
  answered.Wait();
  EXPECT_EQ(committed, kLogQueueMax);
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{kLogQueueMax});
}

TEST(AuditLogBatchTest, AnOperationSeesItsOwnWritesAndThoseBeforeItInTheBatch) {
  TestLog test;
  ASSERT_TRUE(test.Commit([](Transaction& transaction) {
                    transaction.Put(Family::kCases, "b", "old");
                    transaction.Put(Family::kCases, "d", "old");
                    return absl::OkStatus();
                  })
                  .ok());
  std::vector<std::string> seen;
  const auto answers = CommitAsOneBatch(
      test.log(), {[](Transaction& transaction) {
                     transaction.Put(Family::kCases, "a", "new");
                     transaction.Put(Family::kCases, "b", "new");
                     transaction.Delete(Family::kCases, "d");
                     EXPECT_EQ(*transaction.Get(Family::kCases, "b"), "new");
                     transaction.AppendEntry(TestEntry("police"));
                     return absl::OkStatus();
                   },
                   Refuse("c"),
                   [&seen](Transaction& transaction) {
                     EXPECT_EQ(transaction.NextIndex(), LeafIndex{1});
                     EXPECT_TRUE(transaction.Get(Family::kLog, LogKey(LeafIndex{0})).ok());
                     EXPECT_FALSE(transaction.Get(Family::kCases, "d").ok());
                     return transaction.Scan(Family::kCases, "a", "z",
                                             [&](std::string_view key, std::string_view value) {
                                               seen.push_back(StrCat(key, "=", value));
                                               return true;
                                             });
                   }});
  for (const size_t i : {0u, 2u}) EXPECT_TRUE(answers[i].ok()) << answers[i].status();
  EXPECT_EQ(seen, (std::vector<std::string>{"a=new", "b=new"}));
}

TEST(AuditLogBatchTest, OneBatchCostsOneSyncAndOneCheckpoint) {
  TestLog test;
  ASSERT_TRUE(test.Append().ok());
  const uint64_t syncs = test.env().syncs();
  const auto answers = CommitAsOneBatch(test.log(), std::vector<Apply>(100, AppendOne("police")));
  EXPECT_EQ(test.env().syncs(), syncs + 1);
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->tree_size, TreeSize{101});
  }
  EXPECT_EQ(*test.log().BatchEnd(LeafIndex{0}), TreeSize{1});
  EXPECT_EQ(*test.log().BatchEnd(LeafIndex{1}), TreeSize{101});
  EXPECT_EQ(*test.log().BatchEnd(LeafIndex{100}), TreeSize{101});
}

TEST(AuditLogBatchTest, EightThreadsGetEachOperationExactlyOnceUnderDenseIndices) {
  constexpr int kThreads = 8;
  constexpr int kEach = 200;
  TestLog test;
  absl::Mutex mutex;
  std::map<uint64_t, std::string> by_index;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = StrCat(t, "/", i);
        const auto answer = Commit(test.log(), AppendOne(name));
        ASSERT_TRUE(answer.ok()) << answer.status();
        absl::MutexLock lock(&mutex);
        EXPECT_TRUE(by_index.emplace(answer->first.value, name).second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(by_index.size(), size_t{kThreads * kEach});
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{kThreads * kEach});
  uint64_t next = 0;
  ASSERT_TRUE(test.log()
                  .ScanEntries(LeafIndex{0}, LeafIndex{kThreads * kEach},
                               [&](LeafIndex index, std::string_view bytes) {
                                 v1::LogEntry entry;
                                 EXPECT_TRUE(entry.ParseFromArray(bytes.data(), bytes.size()));
                                 EXPECT_EQ(index, LeafIndex{next});
                                 EXPECT_EQ(entry.index(), next);
                                 EXPECT_EQ(entry.actor().agency(), by_index[next]);
                                 ++next;
                                 return true;
                               })
                  .ok());
  EXPECT_EQ(next, uint64_t{kThreads * kEach});
}

}  // namespace
}  // namespace concordat::storage
