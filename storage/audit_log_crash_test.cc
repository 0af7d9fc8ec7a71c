// Power cuts: every acknowledged entry is there afterwards, and the checkpoint never goes back.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

constexpr uint64_t kSeed = 20251124;

// What was answered so far, and a check that a reopened log holds all of it.
class Acknowledged {
 public:
  void Add(const std::string& name, const Committed& committed) {
    absl::MutexLock lock(&mutex_);
    entries_[name] = committed.first;
    checkpoints_[committed.tree_size.value] = committed.checkpoint;
  }

  void ExpectIn(TestLog& test) {
    absl::MutexLock lock(&mutex_);
    const Committed head = test.log().Head();
    const std::unique_ptr<Reader> reader = test.log().Snapshot();
    for (const auto& [name, index] : entries_) {
      const absl::StatusOr<std::string> bytes = test.log().ReadEntry(index);
      ASSERT_TRUE(bytes.ok()) << name << ": " << bytes.status();
      v1::LogEntry entry;
      ASSERT_TRUE(entry.ParseFromString(*bytes));
      ASSERT_EQ(entry.actor().agency(), name);
      const absl::StatusOr<std::string> indexed = reader->Get(Family::kCases, name);
      ASSERT_TRUE(indexed.ok()) << name << ": " << indexed.status();
      ASSERT_EQ(*indexed, EncodeUint64(index.value));
    }
    const auto head_checkpoint =
        tlog::ParseCheckpointText(*test.verifier().Verify(head.checkpoint));
    for (const auto& [size, note] : checkpoints_) {
      ASSERT_LE(TreeSize{size}, head.tree_size);
      ASSERT_EQ(*test.log().CheckpointAt(TreeSize{size}), note);
      const auto checkpoint = tlog::ParseCheckpointText(*test.verifier().Verify(note));
      ASSERT_TRUE(
          tlog::VerifyConsistency(TreeSize{size}, head.tree_size,
                                  *test.log().ConsistencyProof(TreeSize{size}, head.tree_size),
                                  checkpoint->root, head_checkpoint->root)
              .ok());
    }
  }

  // Half an operation: an index record without its entry, or an entry without its index record.
  void ExpectNothingHalf(TestLog& test) {
    const TreeSize size = test.log().Head().tree_size;
    const std::unique_ptr<Reader> reader = test.log().Snapshot();
    uint64_t indexed = 0;
    ASSERT_TRUE(reader
                    ->Scan(Family::kCases, "", "",
                           [&](std::string_view name, std::string_view value) {
                             const auto entry =
                                 test.log().ReadEntry(LeafIndex{*DecodeUint64(value)});
                             EXPECT_TRUE(entry.ok()) << name << ": " << entry.status();
                             ++indexed;
                             return true;
                           })
                    .ok());
    EXPECT_EQ(indexed, size.value);
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, LeafIndex> entries_;
  std::map<uint64_t, std::string> checkpoints_;
};

Apply Write(const std::string& name) {
  return [name](Transaction& transaction) {
    transaction.Put(Family::kCases, name, EncodeUint64(transaction.NextIndex().value));
    transaction.AppendEntry(TestEntry(name));
    return absl::OkStatus();
  };
}

// Submits without waiting; answers that come before the crash count.
void SubmitSome(TestLog& test, Acknowledged& acknowledged, const std::string& prefix, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name = StrCat(prefix, "-", i);
    test.log().Submit(Write(name), [name, &acknowledged](absl::StatusOr<Committed> answer) {
      if (answer.ok()) acknowledged.Add(name, *answer);
    });
  }
}

TEST(AuditLogCrashTest, LosesNothingThatWasAcknowledged) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  std::mt19937_64 random(kSeed);
  TestLog test;
  Acknowledged acknowledged;
  for (int round = 0; round < 25; ++round) {
    SCOPED_TRACE(StrCat("round ", round));
    SubmitSome(test, acknowledged, StrCat(round), static_cast<int>(random() % 40));
    if (random() % 2 == 0) {
      const std::string name = StrCat(round, "-waited");
      const auto answer = test.Commit(Write(name));
      ASSERT_TRUE(answer.ok()) << answer.status();
      acknowledged.Add(name, *answer);
      SubmitSome(test, acknowledged, StrCat(round, "-more"), static_cast<int>(random() % 40));
    }
    test.env().Crash();
    test.Close();
    test.env().Restart(static_cast<double>(random() % 101) / 100);
    const absl::Status opened = test.Open();
    ASSERT_TRUE(opened.ok()) << opened;
    acknowledged.ExpectIn(test);
    acknowledged.ExpectNothingHalf(test);
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(AuditLogCrashTest, ACrashAnywhereInAnOperationLeavesItWhollyOrNotAtAll) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  std::mt19937_64 random(kSeed);
  TestLog test;
  Acknowledged acknowledged;
  for (uint64_t bytes = 1; bytes < 1500; bytes += 1 + random() % 120) {
    SCOPED_TRACE(StrCat("power off after ", bytes, " bytes"));
    test.env().CrashAfterBytes(bytes);
    for (int i = 0; i < 3; ++i) {
      const std::string name = StrCat(bytes, "-", i);
      const auto answer = test.Commit(Write(name));
      if (answer.ok()) acknowledged.Add(name, *answer);
    }
    test.env().Crash();
    test.Close();
    test.env().Restart(static_cast<double>(random() % 101) / 100);
    const absl::Status opened = test.Open();
    ASSERT_TRUE(opened.ok()) << opened;
    acknowledged.ExpectIn(test);
    acknowledged.ExpectNothingHalf(test);
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(AuditLogCrashTest, ACrashAnywhereInTheFirstOpeningLeavesADirectoryThatOpens) {
  const std::string key = crypto::NoteSigner::Generate("test/log").EncodePrivate();
  const auto open = [&key](CrashEnv& env) {
    return AuditLog::Open({"/log", *crypto::NoteSigner::Parse(key), &Clock::Real(), env.env()});
  };
  uint64_t needed = 0;
  {
    CrashEnv env;
    ASSERT_TRUE(open(env).ok());
    needed = env.bytes_written();
  }
  for (uint64_t bytes = 1; bytes < needed; bytes += needed / 25) {
    SCOPED_TRACE(StrCat("power off after ", bytes, " bytes of ", needed));
    CrashEnv env;
    env.CrashAfterBytes(bytes);
    open(env).status().IgnoreError();
    env.Crash();
    env.Restart(bytes % 2 == 0 ? 0.5 : 0);
    const auto log = open(env);
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_TRUE(Commit(**log, Write("first")).ok());
  }
}

}  // namespace
}  // namespace concordat::storage
