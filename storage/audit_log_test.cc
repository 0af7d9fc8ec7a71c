#include "storage/audit_log.h"

#include <atomic>
#include <functional>
#include <map>
#include <string>

#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

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

TEST(AuditLogTest, RefusesWritesToTheLogsOwnFamilies) {
  TestLog test;
  for (const Family family : {Family::kLog, Family::kTiles, Family::kCheckpoints, Family::kMeta}) {
    const auto answer = test.Commit([family](Transaction& transaction) {
      transaction.AppendEntry(TestEntry("police"));
      transaction.Put(family, "key", "value");
      return absl::OkStatus();
    });
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInternal);
    EXPECT_FALSE(test.Commit([family](Transaction& transaction) {
                       transaction.Delete(family, LogKey(LeafIndex{0}));
                       return absl::OkStatus();
                     })
                     .ok());
  }
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{0});
}

TEST(AuditLogTest, RefusesAnOversizedEntryOrValueAndGoesOn) {
  TestLog test;
  const auto entry = test.Commit(AppendOne(std::string(kLogEntryBytesMax, 'x')));
  EXPECT_EQ(entry.status().code(), absl::StatusCode::kInvalidArgument);
  const auto value = test.Commit([](Transaction& transaction) {
    transaction.Put(Family::kCases, "key", std::string(kStoredValueBytesMax + 1, 'x'));
    return absl::OkStatus();
  });
  EXPECT_EQ(value.status().message(), "stored value: got 2097153 bytes, want at most 2097152");
  ASSERT_TRUE(test.Append().ok());
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{1});
}

TEST(AuditLogTest, RefusesWhatLiesBeyondTheLog) {
  TestLog test;
  ASSERT_TRUE(test.Append(3).ok());
  const AuditLog& log = test.log();
  const auto out_of_range = absl::StatusCode::kOutOfRange;
  EXPECT_EQ(log.ReadEntry(LeafIndex{3}).status().message(),
            "leaf index: got 3, want below the log's size 3");
  EXPECT_EQ(log.ReadEntry(LeafIndex{~uint64_t{0}}).status().code(), out_of_range);
  EXPECT_EQ(log.BatchEnd(LeafIndex{3}).status().code(), out_of_range);
  EXPECT_EQ(log.InclusionProof(LeafIndex{0}, TreeSize{4}).status().code(), out_of_range);
  EXPECT_EQ(log.InclusionProof(LeafIndex{3}, TreeSize{3}).status().code(), out_of_range);
  EXPECT_EQ(log.ConsistencyProof(TreeSize{1}, TreeSize{4}).status().code(), out_of_range);
  EXPECT_EQ(log.ConsistencyProof(TreeSize{3}, TreeSize{2}).status().code(), out_of_range);
  EXPECT_EQ(log.CheckpointAt(TreeSize{4}).status().code(), out_of_range);
  EXPECT_EQ(log.CheckpointAt(TreeSize{2}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(log.ScanEntries(LeafIndex{0}, LeafIndex{4}, [](auto, auto) { return true; }).code(),
            out_of_range);
}

TEST(AuditLogTest, AnEmptyLogHasACheckpoint) {
  TestLog test;
  const Committed head = test.log().Head();
  EXPECT_EQ(head.tree_size, TreeSize{0});
  const absl::StatusOr<std::string> text = test.verifier().Verify(head.checkpoint);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(tlog::ParseCheckpointText(*text)->root, tlog::EmptyRoot());
  EXPECT_EQ(*test.log().CheckpointAt(TreeSize{0}), head.checkpoint);
}

TEST(AuditLogTest, SetsIndexAndTimeAndKeepsTheBytesItHashed) {
  TestLog test;
  ASSERT_TRUE(test.Append().ok());
  test.clock().Advance(absl::Seconds(1));
  ASSERT_TRUE(test.Commit(AppendOne("social")).ok());
  const absl::StatusOr<std::string> bytes = test.log().ReadEntry(LeafIndex{1});
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  v1::LogEntry entry;
  ASSERT_TRUE(entry.ParseFromString(*bytes));
  EXPECT_EQ(entry.index(), 1u);
  EXPECT_EQ(entry.actor().agency(), "social");
  EXPECT_EQ(entry.recorded_at().seconds(), absl::ToUnixSeconds(test.clock().Now()));
  const Committed head = test.log().Head();
  const auto checkpoint = tlog::ParseCheckpointText(*test.verifier().Verify(head.checkpoint));
  EXPECT_TRUE(tlog::VerifyInclusion(LeafIndex{1}, TreeSize{2}, tlog::LeafHash(*bytes),
                                    *test.log().InclusionProof(LeafIndex{1}, TreeSize{2}),
                                    checkpoint->root)
                  .ok());
}

TEST(AuditLogTest, AnOperationWithoutWritesCostsNoSync) {
  TestLog test;
  ASSERT_TRUE(test.Append(2).ok());
  const uint64_t syncs = test.env().syncs();
  const auto answer = test.Commit([](Transaction&) { return absl::OkStatus(); });
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->first, LeafIndex{2});
  EXPECT_EQ(answer->checkpoint, test.log().Head().checkpoint);
  EXPECT_EQ(test.env().syncs(), syncs);
}

TEST(AuditLogTest, WritesWithoutAnEntryAreDurableUnderTheSameCheckpoint) {
  TestLog test;
  ASSERT_TRUE(test.Append().ok());
  const std::string before = test.log().Head().checkpoint;
  ASSERT_TRUE(test.Commit([](Transaction& transaction) {
                    transaction.Put(Family::kCases, "key", "value");
                    return absl::OkStatus();
                  })
                  .ok());
  test.env().Crash();
  test.Close();
  test.env().Restart(0);
  ASSERT_TRUE(test.Open().ok());
  EXPECT_EQ(*test.log().Snapshot()->Get(Family::kCases, "key"), "value");
  EXPECT_EQ(test.log().Head().checkpoint, before);
}

TEST(AuditLogTest, ASnapshotKeepsItsView) {
  TestLog test;
  ASSERT_TRUE(test.Commit(PutAndAppend("first")).ok());
  const std::unique_ptr<Reader> before = test.log().Snapshot();
  ASSERT_TRUE(test.Commit(PutAndAppend("second")).ok());
  EXPECT_TRUE(before->Get(Family::kCases, "first").ok());
  EXPECT_FALSE(before->Get(Family::kCases, "second").ok());
  int keys = 0;
  ASSERT_TRUE(before->Scan(Family::kCases, "", "", [&](auto, auto) { return ++keys > 0; }).ok());
  EXPECT_EQ(keys, 1);
}

TEST(AuditLogTest, AnAnswerMaySubmitAgain) {
  TestLog test;
  absl::Notification second;
  test.log().Submit(AppendOne("police"), [&](absl::StatusOr<Committed> first) {
    ASSERT_TRUE(first.ok());
    test.log().Submit(AppendOne("social"), [&](absl::StatusOr<Committed> answer) {
      EXPECT_TRUE(answer.ok());
      second.Notify();
    });
  });
  second.WaitForNotification();
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{2});
}

TEST(AuditLogTest, ClosingAnswersWhatWasSubmitted) {
  TestLog test;
  std::atomic<int> committed{0};
  for (int i = 0; i < 100; ++i) {
    test.log().Submit(AppendOne("police"), [&](absl::StatusOr<Committed> answer) {
      if (answer.ok()) ++committed;
    });
  }
  test.Close();
  EXPECT_EQ(committed, 100);
  ASSERT_TRUE(test.Open().ok());
  EXPECT_EQ(test.log().Head().tree_size, TreeSize{100});
}

TEST(AuditLogTest, ClosingRefusesWhatIsSubmittedMeanwhile) {
  TestLog test;
  AuditLog& log = test.log();
  absl::Status refused;
  // Each answer submits the next, until the log says no: without that, closing would never end.
  std::function<void(absl::StatusOr<Committed>)> next = [&](absl::StatusOr<Committed> answer) {
    if (answer.ok()) {
      log.Submit(AppendOne("police"), next);
    } else {
      refused = answer.status();
    }
  };
  log.Submit(AppendOne("police"), next);
  test.Close();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
}

TEST(AuditLogTest, EveryCommittedSizeHasItsOneCheckpointAndItsProofsForEver) {
  TestLog test;
  std::map<uint64_t, std::string> notes = {{0, test.log().Head().checkpoint}};
  for (const int count : {1, 2, 250, 3, 1, 256, 40}) {
    const auto answer = test.Append(count);
    ASSERT_TRUE(answer.ok()) << answer.status();
    notes[answer->tree_size.value] = answer->checkpoint;
  }
  test.Close();
  ASSERT_TRUE(test.Open().ok());
  crypto::Digest last_root = tlog::EmptyRoot();
  uint64_t last_size = 0;
  for (const auto& [size, note] : notes) {
    EXPECT_EQ(*test.log().CheckpointAt(TreeSize{size}), note);
    const auto checkpoint = tlog::ParseCheckpointText(*test.verifier().Verify(note));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    EXPECT_EQ(checkpoint->origin, test.verifier().name());
    EXPECT_EQ(checkpoint->size, TreeSize{size});
    EXPECT_TRUE(
        tlog::VerifyConsistency(TreeSize{last_size}, TreeSize{size},
                                *test.log().ConsistencyProof(TreeSize{last_size}, TreeSize{size}),
                                last_root, checkpoint->root)
            .ok());
    for (uint64_t index = 0; index < size; index += 11) {
      EXPECT_TRUE(
          tlog::VerifyInclusion(LeafIndex{index}, TreeSize{size},
                                tlog::LeafHash(*test.log().ReadEntry(LeafIndex{index})),
                                *test.log().InclusionProof(LeafIndex{index}, TreeSize{size}),
                                checkpoint->root)
              .ok());
    }
    last_size = size;
    last_root = checkpoint->root;
  }
}

}  // namespace
}  // namespace concordat::storage
