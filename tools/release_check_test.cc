#include "tools/release_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

// Entry 0, a disclosure, in a log of two whose other entry is its confirmation.
class ReleaseCheckTest : public testing::Test {
 protected:
  ReleaseCheckTest() {
    entry_.set_operation(v1::DISCLOSURE);
    entry_.mutable_actor()->set_spiffe_id("spiffe://td.test/agency/idva/desk");
    entry_.mutable_actor()->set_agency("idva");
    entry_.set_purpose(v1::VICTIM_SUPPORT);
    entry_.set_policy_digest(std::string(32, 'p'));
    auto* disclosed = entry_.mutable_disclosed();
    disclosed->add_recipients()->set_agency("idva");
    const crypto::Digest released = crypto::Sha256("released");
    disclosed->set_released_digest(std::string(crypto::AsBytes(released)));
    disclosed->add_controllers("police");
    disclosed->add_records()->set_leaf_index(7);
    Put();
    release_.set_confirmation(Confirm(key_, "idva"));
  }

  // The entry as it is now, and the receipts of a log that has it.
  void Put() {
    release_.set_entry(entry_.SerializeAsString());
    const crypto::Digest first = tlog::LeafHash(release_.entry());
    const crypto::Digest second = tlog::LeafHash("the confirmation");
    const std::string note =
        *log_.Sign(tlog::CheckpointText("log.test", TreeSize{2}, tlog::NodeHash(first, second)));
    *release_.mutable_receipt() = Receipt(0, first, second, note);
    *release_.mutable_confirmation_receipt() = Receipt(1, second, first, note);
  }

  static v1::Receipt Receipt(uint64_t index, const crypto::Digest& leaf,
                             const crypto::Digest& sibling, const std::string& note) {
    v1::Receipt receipt;
    receipt.set_leaf_index(index);
    receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt.set_tlog_proof(*tlog::FormatProof({std::nullopt, LeafIndex{index}, {sibling}, note}));
    return receipt;
  }

  std::string Confirm(const crypto::NoteSigner& key, const std::string& agency) const {
    return *key.Sign(
        tlog::ReleaseConfirmationText({"log.test", LeafIndex{0}, tlog::LeafHash(release_.entry()),
                                       crypto::Sha256("released"), agency}));
  }

  std::string Refusal() const {
    const auto proven = ProveRelease(release_, trust_);
    if (!proven.ok()) {
      EXPECT_EQ(proven.status().code(), absl::StatusCode::kDataLoss);
      return std::string(proven.status().message());
    }
    const absl::Status confirmed = CheckConfirmation(release_, *proven, key_.verifier(), trust_);
    EXPECT_TRUE(confirmed.ok() || absl::IsDataLoss(confirmed)) << confirmed;
    return std::string(confirmed.message());
  }

  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner key_ = crypto::NoteSigner::Generate("td.test/agency/idva");
  const LogTrust trust_{std::vector<crypto::NoteVerifier>{log_.verifier()}};
  v1::LogEntry entry_;
  v1::Release release_;
};

TEST_F(ReleaseCheckTest, RefusesAnEntryThatIsNoDisclosure) {
  entry_.set_operation(v1::COLLECTION);
  Put();
  EXPECT_EQ(Refusal(), "entry: got none of a disclosure, want one");
  release_.set_entry("no entry");
  EXPECT_EQ(Refusal(), "entry: got bytes that are no LogEntry");
  entry_.set_operation(v1::DISCLOSURE);
  entry_.mutable_disclosed()->clear_released_digest();
  Put();
  EXPECT_EQ(Refusal(), "entry: got no digest of what was released");
}

TEST_F(ReleaseCheckTest, RefusesAnyChangeOfTheEntry) {
  ASSERT_EQ(Refusal(), "");
  const std::string entry = release_.entry();
  for (size_t i = 0; i < entry.size(); ++i) {
    std::string damaged = entry;
    damaged[i] ^= 1;
    release_.set_entry(damaged);
    EXPECT_NE(Refusal(), "") << i;
  }
}

TEST_F(ReleaseCheckTest, RefusesAReceiptOfAnotherEntryOrLog) {
  const v1::Release good = release_;
  release_.mutable_receipt()->set_leaf_index(1);
  EXPECT_EQ(Refusal(), "receipt: got one of entry 1, want of entry 0");
  release_ = good;
  release_.mutable_receipt()->set_leaf_hash(std::string(32, 'x'));
  EXPECT_EQ(Refusal(), "receipt: got the hash of another entry");
  release_ = good;
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  const LogTrust other({stranger.verifier()});
  EXPECT_EQ(ProveRelease(release_, other).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReleaseCheckTest, RefusesAConfirmationByAnotherKeyOfAnotherReleaseOrAgency) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("td.test/agency/idva");
  release_.set_confirmation(Confirm(stranger, "idva"));
  EXPECT_THAT(Refusal(), HasSubstr("confirmation: "));
  release_.set_confirmation(Confirm(key_, "police"));
  EXPECT_THAT(Refusal(), HasSubstr("line 6: got police, want idva"));
  const std::string before = Confirm(key_, "idva");
  entry_.set_purpose(v1::MARAC_MEETING);
  Put();
  release_.set_confirmation(before);
  EXPECT_THAT(Refusal(), HasSubstr("confirmation: release confirmation line 4: got "));
  release_.set_confirmation(Confirm(key_, "idva"));
  EXPECT_EQ(Refusal(), "");
  release_.clear_confirmation_receipt();
  EXPECT_THAT(Refusal(), HasSubstr("confirmation_receipt: "));
}

TEST_F(ReleaseCheckTest, OnlyARecipientConfirms) {
  const auto proven = ProveRelease(release_, trust_);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(ConfirmationOf(*proven, "drive").status().message(),
            "entry 0: got a release to others, want to drive");
  const crypto::NoteSigner drive = crypto::NoteSigner::Generate("td.test/agency/drive");
  EXPECT_EQ(CheckConfirmation(release_, *proven, drive.verifier(), trust_).code(),
            absl::StatusCode::kDataLoss);
  release_.clear_confirmation();
  EXPECT_EQ(CheckConfirmation(release_, *proven, key_.verifier(), trust_).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ReleaseCheckTest, ShowsWhatWasReleasedToWhomUnderWhichPolicy) {
  const auto proven = ProveRelease(release_, trust_);
  ASSERT_TRUE(proven.ok()) << proven.status();
  EXPECT_EQ(proven->origin, "log.test");
  const std::string text = ReleaseText(*proven);
  EXPECT_THAT(text, HasSubstr("to: idva"));
  EXPECT_THAT(text, HasSubstr("records: 7 of police"));
  EXPECT_THAT(text, HasSubstr("policy: 7070707070"));
}

TEST_F(ReleaseCheckTest, TheDigestIsOfTheEventsAlone) {
  v1::CasePage page;
  page.set_case_id("case-1");
  page.add_events()->set_leaf_index(3);
  v1::CasePage alone;
  alone.add_events()->set_leaf_index(3);
  EXPECT_EQ(ReleasedDigest(page.events()), crypto::Sha256(alone.SerializeAsString()));
}

}  // namespace
}  // namespace concordat::tools
