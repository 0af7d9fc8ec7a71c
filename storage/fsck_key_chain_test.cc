#include <memory>
#include <string>
#include <vector>

#include "base/log_types.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/fsck.h"
#include "storage/key_schema.h"
#include "storage/log_view.h"
#include "storage/rotate_key.h"
#include "storage/testing/case_log.h"
#include "storage/testing/crash_env.h"
#include "storage/testing/stored_rows.h"
#include "storage/testing/test_log.h"

namespace concordat::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kBefore = CaseLog::kStoryEntries;
constexpr uint64_t kChanged = kBefore + 1;
constexpr uint64_t kEnd = kChanged + 3;

// A log whose key changed after the story, and that has three more since.
class FsckKeyChainTest : public testing::Test {
 protected:
  FsckKeyChainTest() : log_("/log", env_.env()) {
    log_.WriteStory();
    log_.Close();
    log_.clock().Advance(absl::Seconds(1));
    EXPECT_TRUE(RotateKey({"/log", &log_.signer(), &next_, {}, &log_.clock(), env_.env()}).ok());
    log_.clock().Advance(absl::Seconds(1));
    {
      auto signer = crypto::NoteSigner::Parse(next_.EncodePrivate());
      auto open = AuditLog::Open({"/log", *std::move(signer), &log_.clock(), env_.env()});
      EXPECT_TRUE(open.ok()) << open.status();
      EXPECT_TRUE(Commit(**open, [](Transaction& transaction) {
                    for (int i = 0; i < 3; ++i) transaction.AppendEntry(TestEntry("police"));
                    return absl::OkStatus();
                  }).ok());
    }
    const auto view = LogView::Open("/log", env_.env());
    EXPECT_TRUE(view.ok());
    rows_ = std::make_unique<StoredRows>((*view)->reader());
  }

  absl::StatusOr<FsckReport> Run(const std::vector<crypto::NoteVerifier>& keys) {
    return Fsck(*rows_, {keys, nullptr, &log_.vault(), true, nullptr});
  }
  std::string Finding() { return std::string(Run({Old(), next_.verifier()}).status().message()); }
  const crypto::NoteVerifier& Old() const { return log_.signer().verifier(); }
  std::string& Checkpoint(uint64_t size) {
    return (*rows_)[Family::kCheckpoints][CheckpointKey(TreeSize{size})];
  }
  // The checkpoint's own text, signed by others.
  std::string Signed(uint64_t size, const std::vector<const crypto::NoteSigner*>& signers) {
    return *crypto::SignNote(crypto::ParseSignedNote(Checkpoint(size))->text, signers);
  }

  CrashEnv env_;
  CaseLog log_;
  const crypto::NoteSigner next_ = crypto::NoteSigner::Generate(log_.signer().name());
  std::unique_ptr<StoredRows> rows_;
};

TEST_F(FsckKeyChainTest, WantsTheFirstKey) {
  EXPECT_THAT(std::string(Run({next_.verifier()}).status().message()),
              HasSubstr("checkpoint of size 0: got no signature by a known key"));
}

TEST_F(FsckKeyChainTest, WantsTheCheckpointOfTheChangeSignedByBothKeys) {
  const std::string whole = Checkpoint(kChanged);
  Checkpoint(kChanged) = Signed(kChanged, {&next_});
  EXPECT_THAT(Finding(), HasSubstr(StrCat("checkpoint of size ", kChanged,
                                          ": got a note without its signature")));
  Checkpoint(kChanged) = Signed(kChanged, {&log_.signer()});
  EXPECT_THAT(Finding(), HasSubstr(StrCat("checkpoint of size ", kChanged,
                                          ": got a note without its signature")));
  Checkpoint(kChanged) = whole;
  EXPECT_TRUE(Run({Old()}).ok());
}

TEST_F(FsckKeyChainTest, WantsTheCheckpointOfTheChange) {
  (*rows_)[Family::kCheckpoints].erase(CheckpointKey(TreeSize{kChanged}));
  EXPECT_THAT(Finding(), HasSubstr(StrCat("checkpoint of size ", kChanged, ": got none")));
}

TEST_F(FsckKeyChainTest, TakesNoKeyBeforeOrAfterItsTimeAndNoSecondSignature) {
  const std::string before = Checkpoint(kBefore);
  Checkpoint(kBefore) = Signed(kBefore, {&next_});
  EXPECT_THAT(Finding(), HasSubstr(StrCat("checkpoint of size ", kBefore,
                                          ": got a note without its signature")));
  Checkpoint(kBefore) = Signed(kBefore, {&log_.signer(), &next_});
  EXPECT_THAT(Finding(),
              HasSubstr(StrCat("checkpoint of size ", kBefore, ": got 2 signature lines, want 1")));
  Checkpoint(kBefore) = before;
  Checkpoint(kEnd) = Signed(kEnd, {&log_.signer()});
  EXPECT_THAT(Finding(),
              HasSubstr(StrCat("checkpoint of size ", kEnd, ": got a note without its signature")));
}

TEST_F(FsckKeyChainTest, WantsTheKeyInForceInMeta) {
  (*rows_)[Family::kMeta][std::string(kMetaVerifierKey)] = Old().Encode();
  EXPECT_THAT(Finding(), HasSubstr("meta verifier_key: got " + Old().Encode()));
}

TEST_F(FsckKeyChainTest, FollowsTheLogToItsNextKeyAndSaysSo) {
  const auto report = Run({Old()});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->followed_keys, ElementsAre(next_.verifier().Encode()));
  const auto known = Run({next_.verifier(), Old()});
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_THAT(known->followed_keys, IsEmpty());
  EXPECT_EQ(kEnd, known->entries);
}

}  // namespace
}  // namespace concordat::storage
