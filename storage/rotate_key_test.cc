#include "storage/rotate_key.h"

#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/fake_clock.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "storage/audit_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/test_log.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

constexpr char kDirectory[] = "/log";
constexpr char kOrigin[] = "lancashire.concordat.test/log";

class RotateKeyTest : public testing::Test {
 protected:
  static crypto::NoteSigner Copy(const crypto::NoteSigner& signer) {
    return *crypto::NoteSigner::Parse(signer.EncodePrivate());
  }
  absl::StatusOr<std::unique_ptr<AuditLog>> Open(const crypto::NoteSigner& signer) {
    return Open(*env_, signer);
  }
  absl::StatusOr<std::unique_ptr<AuditLog>> Open(CrashEnv& env, const crypto::NoteSigner& signer) {
    return AuditLog::Open({kDirectory, Copy(signer), &clock_, env.env()});
  }
  absl::StatusOr<Committed> Append(const crypto::NoteSigner& signer) {
    const auto log = Open(signer);
    if (!log.ok()) return log.status();
    return Commit(**log, [](Transaction& transaction) {
      transaction.AppendEntry(TestEntry("police"));
      return absl::OkStatus();
    });
  }
  absl::StatusOr<Committed> Rotate(const crypto::NoteSigner& from, const crypto::NoteSigner& to) {
    v1::Actor actor;
    actor.set_agency("operator");
    return RotateKey({kDirectory, &from, &to, actor, &clock_, env_->env()});
  }

  const crypto::NoteSigner old_ = crypto::NoteSigner::Generate(kOrigin);
  const crypto::NoteSigner new_ = crypto::NoteSigner::Generate(kOrigin);
  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  std::unique_ptr<CrashEnv> env_ = std::make_unique<CrashEnv>();
};

TEST_F(RotateKeyTest, RefusesAWrongOldKeyAndChangesNothing) {
  ASSERT_TRUE(Append(old_).ok());
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate(kOrigin);
  const absl::Status status = Rotate(stranger, new_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(status.message(), "got the verifier_key")) << status;
  EXPECT_FALSE(Open(new_).ok());
  const auto log = Open(old_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->Head().tree_size, TreeSize{1});
}

TEST_F(RotateKeyTest, RefusesAKeyOfAnotherLogAndTheOldOneAgain) {
  ASSERT_TRUE(Append(old_).ok());
  EXPECT_EQ(Rotate(old_, crypto::NoteSigner::Generate("other.test/log")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Rotate(old_, Copy(old_)).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RotateKeyTest, MakesNoLogWhereThereIsNone) {
  EXPECT_EQ(Rotate(old_, new_).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Rotate(old_, new_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RotateKeyTest, RefusesALogThatIsOpen) {
  const auto log = Open(old_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(Rotate(old_, new_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RotateKeyTest, RefusesTheSameRotationTwice) {
  ASSERT_TRUE(Append(old_).ok());
  ASSERT_TRUE(Rotate(old_, new_).ok());
  EXPECT_EQ(Rotate(old_, new_).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RotateKeyTest, TheLogSaysSoAndBothKeysSignIt) {
  ASSERT_TRUE(Append(old_).ok());
  const auto rotated = Rotate(old_, new_);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_EQ(rotated->first, LeafIndex{1});
  EXPECT_EQ(rotated->tree_size, TreeSize{2});
  const std::vector<crypto::NoteVerifier> keys = {old_.verifier(), new_.verifier()};
  EXPECT_EQ(crypto::VerifyNote(rotated->checkpoint, keys)->signers, (std::vector<size_t>{0, 1}));

  EXPECT_FALSE(Open(old_).ok());
  const auto log = Open(new_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->Head().checkpoint, rotated->checkpoint);
  v1::LogEntry entry;
  ASSERT_TRUE(entry.ParseFromString(*(*log)->ReadEntry(LeafIndex{1})));
  EXPECT_EQ(entry.index(), 1u);
  EXPECT_EQ(entry.operation(), v1::LOG_KEY_CHANGE);
  EXPECT_EQ(entry.actor().agency(), "operator");
  EXPECT_EQ(entry.recorded_at().seconds(), 1'700'000'000);
  EXPECT_EQ(entry.log_key_changed().old_verifier_key(), old_.verifier().Encode());
  EXPECT_EQ(entry.log_key_changed().new_verifier_key(), new_.verifier().Encode());
}

TEST_F(RotateKeyTest, WhatWasSignedBeforeStaysAndTheLogGoesOn) {
  ASSERT_TRUE(Append(old_).ok());
  const std::string before = Append(old_)->checkpoint;
  ASSERT_TRUE(Rotate(old_, new_).ok());
  const auto after = Append(new_);
  ASSERT_TRUE(after.ok()) << after.status();
  const auto log = Open(new_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(*(*log)->CheckpointAt(TreeSize{2}), before);
  EXPECT_TRUE(old_.verifier().Verify(before).ok());
  EXPECT_TRUE(absl::IsNotFound(old_.verifier().Verify(after->checkpoint).status()));
  const auto was = tlog::OpenCheckpoint(before, {old_.verifier()});
  const auto is = tlog::OpenCheckpoint(after->checkpoint, {new_.verifier()});
  EXPECT_TRUE(tlog::VerifyConsistency(was->size, is->size,
                                      *(*log)->ConsistencyProof(was->size, is->size), was->root,
                                      is->root)
                  .ok());
}

TEST_F(RotateKeyTest, AnEmptyLogAndManyRotationsWork) {
  ASSERT_TRUE(Open(old_).ok());
  ASSERT_TRUE(Rotate(old_, new_).ok());
  const crypto::NoteSigner third = crypto::NoteSigner::Generate(kOrigin);
  ASSERT_TRUE(Rotate(new_, third).ok());
  ASSERT_TRUE(Rotate(third, old_).ok());
  EXPECT_EQ((*Open(old_))->Head().tree_size, TreeSize{3});
}

TEST_F(RotateKeyTest, ACrashAnywhereLeavesTheLogWhollyBeforeOrWhollyAfter) {
  // Coprime steps: every share of the unsynced bytes meets every part of the rotation.
  constexpr uint64_t kStepBytes = 509;
  constexpr double kKept[] = {0.0, 0.5, 1.0};
  bool finished = false;
  int before = 0;
  int after = 0;
  for (uint64_t step = 0; !finished; ++step) {
    const uint64_t bytes = step * kStepBytes;
    const double kept = kKept[step % std::size(kKept)];
    ASSERT_LT(bytes, uint64_t{1} << 20);
    env_ = std::make_unique<CrashEnv>();
    ASSERT_TRUE(Append(old_).ok());
    env_->CrashAfterBytes(bytes);
    finished = Rotate(old_, new_).ok();
    env_->Crash();
    env_->Restart(kept);
    const bool old_opens = Open(old_).ok();
    const bool new_opens = Open(new_).ok();
    ASSERT_NE(old_opens, new_opens) << bytes << " " << kept;
    ASSERT_TRUE(new_opens || !finished) << bytes;
    ++(old_opens ? before : after);
    ASSERT_TRUE(new_opens || Rotate(old_, new_).ok()) << bytes;
    const auto log = Open(new_);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ((*log)->Head().tree_size, TreeSize{2}) << bytes;
  }
  EXPECT_GT(before, 0);
  EXPECT_GT(after, 0);
}

}  // namespace
}  // namespace concordat::storage
