#include "tools/release_confirm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tlog/release_confirmation.h"
#include "tools/release_check.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

// A log of one disclosure that takes a confirmation as its second entry.
class FakeGovernance {
 public:
  FakeGovernance() {
    entry_.set_operation(v1::DISCLOSURE);
    entry_.mutable_disclosed()->add_recipients()->set_agency("idva");
    const crypto::Digest released = crypto::Sha256("received");
    entry_.mutable_disclosed()->set_released_digest(std::string(crypto::AsBytes(released)));
  }

  ReleaseCalls Calls() {
    return {[this](const v1::GetReleaseRequest& request) -> absl::StatusOr<v1::Release> {
              EXPECT_EQ(request.purpose(), v1::VICTIM_SUPPORT);
              v1::Release release;
              release.set_entry(entry_.SerializeAsString());
              *release.mutable_receipt() = Receipt(0, release.entry());
              if (!confirmation_.empty()) {
                release.set_confirmation(confirmation_);
                *release.mutable_confirmation_receipt() = Receipt(1, confirmation_);
              }
              return release;
            },
            [this](const v1::ConfirmReleaseRequest& request) -> absl::StatusOr<v1::Receipt> {
              ++confirmed_;
              confirmation_ = request.confirmation();
              return Receipt(1, confirmation_);
            }};
  }

  // In a tree of its own: what is proven is the same.
  v1::Receipt Receipt(uint64_t index, const std::string& stored) const {
    const crypto::Digest leaf = tlog::LeafHash(stored);
    const crypto::Digest other = tlog::LeafHash("another entry");
    const crypto::Digest root =
        index == 0 ? tlog::NodeHash(leaf, other) : tlog::NodeHash(other, leaf);
    v1::Receipt receipt;
    receipt.set_leaf_index(index);
    receipt.set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt.set_tlog_proof(
        *tlog::FormatProof({std::nullopt,
                            LeafIndex{index},
                            {other},
                            *log_.Sign(tlog::CheckpointText("log.test", TreeSize{2}, root))}));
    return receipt;
  }

  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  v1::LogEntry entry_;
  std::string confirmation_;
  int confirmed_ = 0;
};

class ReleaseConfirmTest : public testing::Test {
 protected:
  absl::StatusOr<v1::Release> Confirm(const std::string& received, uint64_t index = 0) {
    return ConfirmRelease(governance_.Calls(), v1::VICTIM_SUPPORT, index, crypto::Sha256(received),
                          trust_, key_);
  }
  void ExpectsNothingSigned(const absl::StatusOr<v1::Release>& release, const std::string& says) {
    EXPECT_EQ(release.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(release.status().message()), HasSubstr(says));
    EXPECT_EQ(governance_.confirmed_, 0);
  }

  FakeGovernance governance_;
  const LogTrust trust_{std::vector<crypto::NoteVerifier>{governance_.log_.verifier()}};
  const crypto::NoteSigner key_ = crypto::NoteSigner::Generate("td.test/agency/idva");
};

TEST_F(ReleaseConfirmTest, SignsForNothingElseThanWhatWasReceived) {
  ExpectsNothingSigned(Confirm("other bytes"), "entry 0: got a release of bytes ");
}

TEST_F(ReleaseConfirmTest, SignsForNoOtherEntry) {
  ExpectsNothingSigned(Confirm("received", 5), "entry: got entry 0, want entry 5");
}

TEST_F(ReleaseConfirmTest, SignsForNoReleaseToOthers) {
  governance_.entry_.mutable_disclosed()->mutable_recipients(0)->set_agency("drive");
  ExpectsNothingSigned(Confirm("received"), "entry 0: got a release to others, want to idva");
}

TEST_F(ReleaseConfirmTest, SignsForNothingThatTheLogDoesNotProve) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("log.test");
  const LogTrust other({stranger.verifier()});
  ExpectsNothingSigned(ConfirmRelease(governance_.Calls(), v1::VICTIM_SUPPORT, 0,
                                      crypto::Sha256("received"), other, key_),
                       "tlog_proof");
}

TEST_F(ReleaseConfirmTest, GivesTheReleaseWithBothSignaturesAndSignsOnce) {
  const auto release = Confirm("received");
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->confirmation(), governance_.confirmation_);
  const auto proven = ProveRelease(*release, trust_);
  ASSERT_TRUE(proven.ok());
  EXPECT_TRUE(CheckConfirmation(*release, *proven, key_.verifier(), trust_).ok());
  const auto again = Confirm("received");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), release->SerializeAsString());
  EXPECT_EQ(governance_.confirmed_, 1);
}

TEST_F(ReleaseConfirmTest, RefusesAConfirmationThatSomebodyElseMade) {
  const crypto::NoteSigner stranger = crypto::NoteSigner::Generate("td.test/agency/idva");
  governance_.confirmation_ = *stranger.Sign("something\n");
  EXPECT_EQ(Confirm("received").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReleaseConfirmTest, KeepsReleasesForTheirOwnerAlone) {
  const std::string path = testing::TempDir() + "/kept.releases";
  std::filesystem::remove(path);
  EXPECT_EQ(ReadKeptReleases(path).status().code(), absl::StatusCode::kNotFound);
  const auto release = Confirm("received");
  ASSERT_TRUE(release.ok());
  ASSERT_TRUE(KeepRelease(path, *release).ok());
  ASSERT_TRUE(KeepRelease(path, *release).ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  const auto kept = ReadKeptReleases(path);
  ASSERT_TRUE(kept.ok()) << kept.status();
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ((*kept)[1].SerializeAsString(), release->SerializeAsString());
  ASSERT_TRUE(WriteFileAtomically(path, "{}\nno json\n", 0600).ok());
  EXPECT_THAT(std::string(ReadKeptReleases(path).status().message()), HasSubstr("line 2: got no"));
}

TEST_F(ReleaseConfirmTest, ReadsBothHalvesOfAKeyAndNothingElse) {
  const std::string path = testing::TempDir() + "/confirmation.key";
  ASSERT_TRUE(WriteFileAtomically(path, key_.EncodePrivate() + "\n", 0600).ok());
  EXPECT_TRUE(ReadConfirmationKey(path).ok());
  const absl::Status wrong_half = ReadConfirmationPublicKey(path).status();
  EXPECT_EQ(wrong_half.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(wrong_half.message()).find("PRIVATE"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(path, key_.verifier().Encode() + "\n", 0600).ok());
  EXPECT_TRUE(ReadConfirmationPublicKey(path).ok());
  EXPECT_EQ(ReadConfirmationKey(path).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace concordat::tools
