// What a replay says where it can't give the bytes: what was erased since and by which entries, or
// what of the disclosure entry does not hold.
#include <functional>
#include <string>

#include "base/files.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/ledger_fixture.h"
#include "storage/audit_log.h"
#include "storage/testing/test_log.h"

namespace concordat::services {
namespace {

class LedgerReplayVerdictTest : public LedgerFixture {
 protected:
  void SetUp() override {
    LedgerFixture::SetUp();
    case_id_ = Refer(Referral(1))->case_ids(0);
    ASSERT_TRUE(PushIncident(Incident(2)).ok());
    const auto page = Read(Idva(), case_id_, v1::VICTIM_SUPPORT);
    ASSERT_TRUE(page.ok()) << page.status();
    page_ = *page;
  }

  absl::StatusOr<v1::ReplayReleaseResponse> Replay(uint64_t index, bool with_bytes = false) {
    v1::ReplayReleaseRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    request.set_disclosure_index(index);
    request.set_with_bytes(with_bytes);
    return Ask(&Ledger::ReplayRelease, Auditor(), request);
  }

  // The index of the ERASURE entry.
  uint64_t Erase(const std::string& case_id, const v1::Person* person = nullptr) {
    const auto request = RequestErasure(Police(), case_id, person);
    EXPECT_TRUE(request.ok()) << request.status();
    if (!request.ok()) return 0;
    const auto certificate = ApproveErasure(Coordinator(), request->request_index());
    EXPECT_TRUE(certificate.ok()) << certificate.status();
    return certificate.ok() ? certificate->erasure_receipt().leaf_index() : 0;
  }

  // A case of two other persons, who are in no other.
  std::string OtherCase() {
    v1::CaseEvent other = Referral(50);
    other.mutable_persons(0)->set_full_name("Dina Placeholder");
    other.mutable_persons(1)->set_full_name("Emil Placeholder");
    other.mutable_persons(1)->clear_external_ids();
    const auto receipt = Refer(other);
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_NE(receipt->case_ids(0), case_id_);
    return receipt->case_ids(0);
  }

  // Appends the page's entry as `forge` alters it, as who has the log's key could: its index.
  uint64_t Forge(const std::function<void(v1::LogEntry*)>& forge) {
    const std::vector<v1::LogEntry> entries = Entries();
    v1::LogEntry forged = entries[page_.disclosure_index()];
    forge(&forged);
    ledger_.reset();
    {
      const auto log = storage::AuditLog::Open(
          {config_.data_dir(),
           *crypto::NoteSigner::Parse(*ReadFile(config_.log_signing_key_file())), &clock_, env_});
      EXPECT_TRUE(log.ok()) << log.status();
      const auto committed = storage::Commit(**log, [&](storage::Transaction& transaction) {
        transaction.AppendEntry(forged);
        return absl::OkStatus();
      });
      EXPECT_TRUE(committed.ok()) << committed.status();
    }
    Reopen();
    return entries.size();
  }

  void ExpectDifferent(uint64_t index, const std::string& why) {
    const auto replay = Replay(index, /*with_bytes=*/true);
    ASSERT_TRUE(replay.ok()) << replay.status();
    EXPECT_EQ(replay->verdict(), v1::DIFFERENT_BYTES);
    EXPECT_EQ(replay->why(), why);
    EXPECT_EQ(replay->released(), "");
    EXPECT_EQ(Entries()[replay->leaf_index()].operation(), v1::CONSULTATION);
  }

  std::string case_id_;
  v1::CasePage page_;
};

TEST_F(LedgerReplayVerdictTest, SaysOtherBytesOfADigestThatTheLogDoesNotGive) {
  const crypto::Digest other = crypto::Sha256("other bytes");
  const uint64_t forged = Forge([&](v1::LogEntry* entry) {
    entry->mutable_disclosed()->set_released_digest(std::string(crypto::AsBytes(other)));
  });
  ExpectDifferent(forged, "the log and the policy of that day give bytes of another digest");
  EXPECT_EQ(Replay(forged)->recorded_digest(), crypto::AsBytes(other));
  EXPECT_EQ(Replay(page_.disclosure_index())->verdict(), v1::SAME_BYTES);
}

TEST_F(LedgerReplayVerdictTest, SaysOtherBytesOfADecisionByAPolicyThatWasNeverInForce) {
  const crypto::Digest never = crypto::Sha256("never in force");
  ExpectDifferent(Forge([&](v1::LogEntry* entry) {
                    entry->set_policy_digest(std::string(crypto::AsBytes(never)));
                  }),
                  "policy: got none of the entry's digest in the log");
}

TEST_F(LedgerReplayVerdictTest, SaysOtherBytesOfARecipientWhoGotLess) {
  ExpectDifferent(Forge([](v1::LogEntry* entry) {
                    entry->mutable_disclosed()->clear_view_roles();
                    entry->mutable_disclosed()->add_view_roles(v1::DRIVE_CASE_MANAGER);
                  }),
                  "the log and the policy of that day give bytes of another digest");
}

TEST_F(LedgerReplayVerdictTest, SaysOtherBytesWhereItIsNotSaidToWhomTheyWent) {
  ExpectDifferent(
      Forge([](v1::LogEntry* entry) { entry->mutable_disclosed()->clear_recipients(); }),
      "recipients: got 0, want one");
}

TEST_F(LedgerReplayVerdictTest, SaysWhatWasErasedSinceAndShowsNothing) {
  const uint64_t erasure = Erase(case_id_);
  const auto replay = Replay(page_.disclosure_index(), /*with_bytes=*/true);
  ASSERT_TRUE(replay.ok()) << replay.status();
  EXPECT_EQ(replay->verdict(), v1::ERASED_SINCE);
  EXPECT_EQ(replay->released(), "");
  ASSERT_EQ(replay->erased_records_size(), page_.events_size());
  for (int i = 0; i < page_.events_size(); ++i) {
    EXPECT_EQ(replay->erased_records(i), page_.events(i).leaf_index());
  }
  ASSERT_EQ(replay->erasure_indices_size(), 1);
  EXPECT_EQ(replay->erasure_indices(0), erasure);
  EXPECT_EQ(Entries()[replay->leaf_index()].operation(), v1::CONSULTATION);
}

TEST_F(LedgerReplayVerdictTest, SaysSoAlsoWhenOnePersonOfTheCaseWasErased) {
  v1::Person victim;
  victim.set_capacity(v1::VICTIM);
  victim.set_full_name(Victim().full_name());
  victim.set_date_of_birth(Victim().date_of_birth());
  Erase(case_id_, &victim);
  EXPECT_EQ(Replay(page_.disclosure_index())->verdict(), v1::ERASED_SINCE);
}

TEST_F(LedgerReplayVerdictTest, NamesNoErasureOfWhatTheReleaseDidNotHold) {
  const uint64_t elsewhere = Erase(OtherCase());
  const auto untouched = Replay(page_.disclosure_index());
  EXPECT_EQ(untouched->verdict(), v1::SAME_BYTES) << untouched->why();
  EXPECT_EQ(untouched->erasure_indices_size(), 0);
  const uint64_t erasure = Erase(case_id_);
  ASSERT_NE(erasure, elsewhere);
  const auto replay = Replay(page_.disclosure_index());
  EXPECT_EQ(replay->verdict(), v1::ERASED_SINCE);
  ASSERT_EQ(replay->erasure_indices_size(), 1);
  EXPECT_EQ(replay->erasure_indices(0), erasure);
}

TEST_F(LedgerReplayVerdictTest, GivesTheSameBytesOfWhatWasReadAfterTheErasure) {
  Erase(case_id_);
  const auto after = Read(Idva(), case_id_, v1::VICTIM_SUPPORT);
  ASSERT_TRUE(after.ok()) << after.status();
  const auto replay = Replay(after->disclosure_index(), /*with_bytes=*/true);
  ASSERT_TRUE(replay.ok()) << replay.status();
  EXPECT_EQ(replay->verdict(), v1::SAME_BYTES) << replay->why();
  EXPECT_EQ(replay->released(), ReleasedBytes(*after));
}

}  // namespace
}  // namespace concordat::services
