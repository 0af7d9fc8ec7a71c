#include "storage/commit_writer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "gtest/gtest.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/test_log.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

absl::Status SubmitAndWait(CommitWriter& writer) {
  absl::Status status;
  absl::Notification answered;
  writer.Submit({[](Transaction& transaction) {
                   transaction.AppendEntry(TestEntry("police"));
                   return absl::OkStatus();
                 },
                 [&](absl::StatusOr<Committed> answer) {
                   status = answer.status();
                   answered.Notify();
                 }});
  answered.WaitForNotification();
  return status;
}

TEST(CommitWriterTest, NeverContinuesFromADiskThatHoldsLessThanWasAnswered) {
  CrashEnv env;
  const auto database = Database::Open("/log", env.env());
  ASSERT_TRUE(database.ok()) << database.status();
  crypto::NoteSigner signer = crypto::NoteSigner::Generate("test/log");
  ASSERT_TRUE(EnsureIdentity(**database, signer).ok());
  absl::StatusOr<LogHead> head = LoadHead(**database, signer.verifier());
  ASSERT_TRUE(head.ok()) << head.status();
  // As if an entry had been answered that the disk has since lost.
  head->tree.Append(tlog::LeafHash("answered"));
  head->checkpoint = "its checkpoint";
  CommitWriter writer(**database, std::move(signer), Clock::Real(), nullptr, *std::move(head));
  env.SetSyncFails(true);
  EXPECT_EQ(SubmitAndWait(writer).code(), absl::StatusCode::kUnavailable);
  env.SetSyncFails(false);
  EXPECT_EQ(SubmitAndWait(writer).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(writer.health().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(writer.Head().tree_size, TreeSize{1});
}

}  // namespace
}  // namespace concordat::storage
