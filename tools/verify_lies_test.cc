// What verify says to a server that lies: each lie is named by the check that finds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "tlog/cosignature.h"
#include "tlog/policy.h"
#include "tools/testing/lying_ledger.h"
#include "tools/verify_log.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uint64_t kSeen = 7;   // Entries when the log was verified before.
constexpr uint64_t kSize = 10;  // Entries now.

class VerifyLiesTest : public testing::Test {
 protected:
  VerifyLiesTest() {
    seen_ = SignedHead(signer_, EntriesOf("a", kSeen));
    ledger_.Tell(signer_, EntriesOf("a", kSize));
  }

  absl::StatusOr<VerifiedLog> VerifyWith(const LogTrust& trust) {
    return VerifyLog(*ledger_.Source(), trust, Remembered{seen_, "the checkpoint in seen"},
                     [](uint64_t) {});
  }
  // The refusal: always a statement about the log, never a failed call.
  std::string Refusal() { return Refusal(LogTrust({signer_.verifier()})); }
  std::string Refusal(const LogTrust& trust) {
    const absl::Status status = VerifyWith(trust).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    return std::string(status.message());
  }

  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("log.test");
  const tlog::CosignatureSigner witness_ = tlog::CosignatureSigner::Generate("w.test");
  LyingLedger ledger_;
  std::string seen_;
};

TEST_F(VerifyLiesTest, AFork) {
  // Another history from entry 5 on, signed and whole.
  std::vector<std::string> fork = EntriesOf("a", 5);
  for (std::string& entry : EntriesOf("b", kSize - 5, 5)) fork.push_back(std::move(entry));
  ledger_.Tell(signer_, fork);
  EXPECT_THAT(Refusal(), HasSubstr("the checkpoint in seen of size 7 has root"));
}

TEST_F(VerifyLiesTest, AForkOfTheSameSize) {
  ledger_.Tell(signer_, EntriesOf("b", kSeen));
  EXPECT_THAT(Refusal(), StartsWith("two signed checkpoints of size 7 differ"));
}

TEST_F(VerifyLiesTest, ALogCutShort) {
  ledger_.Tell(signer_, EntriesOf("a", kSeen - 1));
  EXPECT_EQ(Refusal(), "the log ends after 6 entries, but the checkpoint in seen was signed for 7");
}

TEST_F(VerifyLiesTest, EntriesHeldBack) {
  ledger_.entries.pop_back();
  EXPECT_EQ(Refusal(), "entries 0 to 9: the answer ends before 9, want all of them");
}

TEST_F(VerifyLiesTest, EntriesInAnotherOrder) {
  std::swap(ledger_.entries[2], ledger_.entries[3]);
  EXPECT_EQ(Refusal(), "entry 2: got index 3, want its place");
}

TEST_F(VerifyLiesTest, EntriesInAnotherOrderThatSayTheyStandThere) {
  std::vector<std::string> moved = EntriesOf("a", kSize);
  moved[2] = EntriesOf("b", 1, 2)[0];
  ledger_.entries = moved;
  EXPECT_THAT(Refusal(), StartsWith("entries 0 to 6: one of them differs from what was signed"));
}

TEST_F(VerifyLiesTest, AnOldCheckpointReplayed) {
  ledger_.checkpoint = SignedHead(signer_, EntriesOf("a", 4));
  EXPECT_EQ(Refusal(), "the log ends after 4 entries, but the checkpoint in seen was signed for 7");
}

TEST_F(VerifyLiesTest, AValueChangedUnderARightRoot) {
  ledger_.entries[8] = EntriesOf("changed", 1, 8)[0];
  EXPECT_THAT(Refusal(), StartsWith("entries 7 to 9: one of them differs from what was signed: the "
                                    "head checkpoint of size 10 has root"));
}

TEST_F(VerifyLiesTest, EveryBitOfAnEntry) {
  for (size_t bit = 0; bit < ledger_.entries[8].size() * 8; ++bit) {
    const std::string kept = ledger_.entries[8];
    ledger_.entries[8][bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_THAT(Refusal(), HasSubstr("entr")) << bit;
    ledger_.entries[8] = kept;
  }
}

TEST_F(VerifyLiesTest, EntriesUnderAnotherIndex) {
  ledger_.first_index = 1;
  EXPECT_EQ(Refusal(), "first_index: got 1, want 0");
}

TEST_F(VerifyLiesTest, MoreEntriesThanWereAskedFor) {
  ledger_.checkpoint = SignedHead(signer_, EntriesOf("a", 8));
  ledger_.extra_entries = 1;
  EXPECT_EQ(Refusal(), "entries: got more than asked for, want 7 to be the last");
}

TEST_F(VerifyLiesTest, BytesThatAreNoEntry) {
  ledger_.entries[1] = "\xff\xff";
  EXPECT_EQ(Refusal(), "entry 1: got bytes that are no LogEntry");
}

TEST_F(VerifyLiesTest, ACheckpointByAnotherKey) {
  ledger_.Tell(crypto::NoteSigner::Generate("log.test"), EntriesOf("a", kSize));
  EXPECT_EQ(Refusal(), "the head checkpoint: signed note: got no signature by log.test, want one");
}

TEST_F(VerifyLiesTest, ACheckpointOfAnotherLogByTheSameKey) {
  ledger_.checkpoint = *signer_.Sign(
      tlog::CheckpointText("other.test", TreeSize{kSize}, RootOf(ledger_.entries, kSize)));
  EXPECT_THAT(Refusal(), StartsWith("the head checkpoint: checkpoint: got origin other.test"));
}

TEST_F(VerifyLiesTest, ACheckpointWhoseTextWasChanged) {
  ledger_.checkpoint[ledger_.checkpoint.find("\n10\n") + 2] = '1';
  EXPECT_THAT(Refusal(), HasSubstr("the head checkpoint: signed note: got a signature by log.test "
                                   "that does not verify"));
}

TEST_F(VerifyLiesTest, APublishedCheckpointThatIsMissingForkedOrNotCosigned) {
  const LogTrust policy(
      *tlog::Policy::Parse(StrCat("log ", signer_.verifier().Encode(), "\nwitness w ",
                                  witness_.verifier().Encode(), "\nquorum w\n")));
  EXPECT_EQ(Refusal(policy),
            "the published checkpoint: got none, want one that the quorum cosigned");
  ledger_.published = seen_;
  EXPECT_EQ(Refusal(policy), "the published checkpoint: quorum: got too few cosignatures, want w");
  const std::string fork = SignedHead(signer_, EntriesOf("b", 8));
  ledger_.published = fork + *witness_.Sign(fork, absl::FromUnixSeconds(1));
  EXPECT_THAT(Refusal(policy), HasSubstr("the published checkpoint of size 8 has root"));
  ledger_.published = seen_ + *witness_.Sign(seen_, absl::FromUnixSeconds(1));
  const absl::StatusOr<VerifiedLog> verified = VerifyWith(policy);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->published, kSeen);
}

TEST_F(VerifyLiesTest, TheTruthIsTaken) {
  const absl::StatusOr<VerifiedLog> verified = VerifyWith(LogTrust({signer_.verifier()}));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->entries, kSize);
  EXPECT_EQ(verified->checkpoints, 2u);
  EXPECT_EQ(verified->checkpoint, ledger_.checkpoint);
  EXPECT_EQ(verified->published, std::nullopt);
}

TEST_F(VerifyLiesTest, ALogWhoseKeyChangedIsOneLog) {
  const crypto::NoteSigner next = crypto::NoteSigner::Generate("log.test");
  const LogTrust both({signer_.verifier(), next.verifier()});
  ledger_.Tell(next, EntriesOf("a", kSize));
  EXPECT_TRUE(VerifyWith(both).ok()) << VerifyWith(both).status();
  ledger_.checkpoint = *crypto::SignNote(
      tlog::CheckpointText("log.test", TreeSize{kSize}, RootOf(ledger_.entries, kSize)),
      {&signer_, &next});
  EXPECT_TRUE(VerifyWith(both).ok());
  EXPECT_TRUE(VerifyWith(LogTrust({signer_.verifier()})).ok());
}

}  // namespace
}  // namespace concordat::tools
