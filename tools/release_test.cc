#include "tools/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "base/files.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"
#include "tlog/release_confirmation.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

// Kept releases, checked offline.
class ReleaseCheckCommandTest : public testing::Test {
 protected:
  ReleaseCheckCommandTest() {
    std::filesystem::remove(file_);
    EXPECT_TRUE(WriteFileAtomically(log_pub_, log_.verifier().Encode() + "\n", 0644).ok());
    EXPECT_TRUE(WriteFileAtomically(key_pub_, key_.verifier().Encode() + "\n", 0644).ok());
    v1::LogEntry entry;
    entry.set_operation(v1::DISCLOSURE);
    entry.mutable_disclosed()->add_recipients()->set_agency("idva");
    const crypto::Digest released = crypto::Sha256("received");
    entry.mutable_disclosed()->set_released_digest(std::string(crypto::AsBytes(released)));
    release_.set_entry(entry.SerializeAsString());
    const crypto::Digest leaf = tlog::LeafHash(release_.entry());
    v1::Receipt* receipt = release_.mutable_receipt();
    receipt->set_leaf_hash(std::string(crypto::AsBytes(leaf)));
    receipt->set_tlog_proof(
        *tlog::FormatProof({std::nullopt,
                            LeafIndex{0},
                            {},
                            *log_.Sign(tlog::CheckpointText("log.test", TreeSize{1}, leaf))}));
    release_.set_confirmation(*key_.Sign(
        tlog::ReleaseConfirmationText({"log.test", LeafIndex{0}, leaf, released, "idva"})));
    *release_.mutable_confirmation_receipt() = *receipt;
  }

  int Check() {
    out_.str("");
    std::ostringstream err;
    return RunReleaseCheck({file_, "--log-key", log_pub_, "--confirmation-key", key_pub_},
                           {out_, err, Clock::Real()});
  }

  const std::string file_ = testing::TempDir() + "/case.releases";
  const std::string log_pub_ = testing::TempDir() + "/log.pub";
  const std::string key_pub_ = testing::TempDir() + "/confirmation.pub";
  const crypto::NoteSigner log_ = crypto::NoteSigner::Generate("log.test");
  const crypto::NoteSigner key_ = crypto::NoteSigner::Generate("td.test/agency/idva");
  v1::Release release_;
  std::ostringstream out_;
};

TEST_F(ReleaseCheckCommandTest, ANothingProvesNothing) {
  EXPECT_EQ(Check(), kExitFailed);
  ASSERT_TRUE(WriteFileAtomically(file_, "\n", 0600).ok());
  EXPECT_EQ(Check(), kExitNotVerified);
}

TEST_F(ReleaseCheckCommandTest, NamesTheReleaseThatDoesNotHold) {
  ASSERT_TRUE(KeepRelease(file_, release_).ok());
  v1::Release damaged = release_;
  damaged.mutable_entry()->push_back('x');
  ASSERT_TRUE(KeepRelease(file_, damaged).ok());
  EXPECT_EQ(Check(), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("release 1: both signatures hold"));
  EXPECT_THAT(out_.str(), HasSubstr("release 2: entry: got"));
}

TEST_F(ReleaseCheckCommandTest, SaysWhenTheRecipientHasNotSigned) {
  release_.clear_confirmation();
  ASSERT_TRUE(KeepRelease(file_, release_).ok());
  EXPECT_EQ(Check(), kExitUndecided);
  EXPECT_THAT(out_.str(), HasSubstr("release 1: confirmation: got none, want the recipient's"));
}

TEST_F(ReleaseCheckCommandTest, ShowsWhatWasReleasedWhenBothSignaturesHold) {
  ASSERT_TRUE(KeepRelease(file_, release_).ok());
  EXPECT_EQ(Check(), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("to: idva"));
}

TEST(ReleaseCommandTest, WantsAnEntryAndADigestBeforeAnythingIsAsked) {
  std::ostringstream out;
  std::ostringstream err;
  const Console console{out, err, Clock::Real()};
  const std::vector<std::string> connection = {
      "--purpose", "victim-support", "--log-key", "none",  "--server", "h:1",  "--server-id",
      "x",         "--cert",         "none",      "--key", "none",     "--ca", "none"};
  std::vector<std::string> show = {"twelve"};
  show.insert(show.end(), connection.begin(), connection.end());
  EXPECT_EQ(RunReleaseShow(show, console), kExitUsage);
  EXPECT_THAT(err.str(), HasSubstr("ENTRY: got no number"));
  for (const char* digest : {"xyz", "abc", "abcd"}) {
    std::vector<std::string> confirm = {"12", "--digest",           digest, "--releases",
                                        "r",  "--confirmation-key", "none"};
    confirm.insert(confirm.end(), connection.begin(), connection.end());
    EXPECT_EQ(RunReleaseConfirm(confirm, console), kExitUsage) << digest;
    EXPECT_THAT(err.str(), HasSubstr("--digest: got something else, want 64 hexadecimal digits"));
  }
}

}  // namespace
}  // namespace concordat::tools
