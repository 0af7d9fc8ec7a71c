#include "tools/fsck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/log_types.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "storage/key_schema.h"
#include "storage/testing/case_log.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FsckCommandTest : public testing::Test {
 protected:
  FsckCommandTest() : dir_(testing::TempDir() + "/fsck") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    log_ = std::make_unique<storage::CaseLog>(dir_ + "/log");
    log_->WriteStory();
    Write("log.pub", log_->signer().verifier().Encode() + "\n");
    Write("kek", storage::CaseLog::KekHex() + "\n");
    Write("policy", StrCat("log ", log_->signer().verifier().Encode(), "\nwitness w ",
                           log_->witness().verifier().Encode(), "\nquorum w\n"));
  }

  void Write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(Path(name), text, 0600).ok());
  }
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  int Run(const std::vector<std::string>& args) {
    out_.str("");
    err_.str("");
    return RunFsck(args, Console{out_, err_, Clock::Real()});
  }
  int Fsck(std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--data-dir", Path("log"), "--log-key", Path("log.pub")});
    return Run(more);
  }

  void DamageSealedPart() {
    ASSERT_TRUE(log_->Commit([](storage::Transaction& transaction) {
                      transaction.Put(storage::Family::kSealed, storage::SealedKey(LeafIndex{1}, 1),
                                      "damaged");
                      return absl::OkStatus();
                    })
                    .ok());
  }

  std::string dir_;
  std::unique_ptr<storage::CaseLog> log_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(FsckCommandTest, NamesDamageAndRebuildsNothingFromIt) {
  DamageSealedPart();
  EXPECT_EQ(Fsck(), kExitNotVerified);
  EXPECT_THAT(out_.str(), StartsWith("fsck: sealed part 1 of entry 1: got 7 bytes, want "));
  log_->Close();
  EXPECT_EQ(Fsck({"--kek", Path("kek"), "--rebuild"}), kExitNotVerified);
  EXPECT_THAT(out_.str(), StartsWith("fsck: sealed part 1 of entry 1: "));
  EXPECT_THAT(err_.str(), Not(HasSubstr("rebuilt")));
}

TEST_F(FsckCommandTest, RefusesAnotherLogsKeyAndAnotherKeyEncryptionKey) {
  Write("log.pub", crypto::NoteSigner::Generate(log_->signer().name()).verifier().Encode());
  EXPECT_EQ(Fsck(), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("checkpoint of size 0: got no signature by a known key"));
  Write("log.pub", log_->signer().verifier().Encode());
  Write("kek", std::string(64, '8'));
  EXPECT_EQ(Fsck({"--kek", Path("kek")}), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("want the same key-encryption key"));
}

TEST_F(FsckCommandTest, SaysWhatItCannotRead) {
  EXPECT_EQ(Run({"--data-dir", Path("none"), "--log-key", Path("log.pub")}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("got no log"));
  EXPECT_EQ(Fsck({"--kek", Path("none")}), kExitFailed);
  for (const char* kek : {"", "no key", "77"}) {
    Write("kek", kek);
    EXPECT_EQ(Fsck({"--kek", Path("kek")}), kExitFailed);
    EXPECT_THAT(err_.str(), HasSubstr("want 64 hexadecimal digits"));
  }
}

TEST_F(FsckCommandTest, WantsItsFlags) {
  EXPECT_EQ(Run({"--log-key", Path("log.pub")}), kExitUsage);
  EXPECT_EQ(Run({"--data-dir", Path("log")}), kExitUsage);
  EXPECT_EQ(Fsck({"--policy", Path("policy")}), kExitUsage);
  EXPECT_EQ(Fsck({"--rebuild"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--rebuild: got no --kek"));
  EXPECT_EQ(Run({"--help"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("concordat fsck --data-dir /var/lib/concordat/log"));
}

TEST_F(FsckCommandTest, DoesNotRebuildBehindARunningLedger) {
  EXPECT_EQ(Fsck({"--kek", Path("kek"), "--rebuild"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("want one that is not open elsewhere"));
}

TEST_F(FsckCommandTest, FindsARunningLogSoundAndSaysWhatItLeftOut) {
  EXPECT_EQ(Fsck(), kExitOk) << out_.str() << err_.str();
  EXPECT_THAT(out_.str(), StartsWith(StrCat("fsck: sound: ", storage::CaseLog::kStoryEntries,
                                            " entries of lancashire.concordat.test/log, ")));
  EXPECT_THAT(out_.str(), HasSubstr("not checked without the key-encryption key"));
  EXPECT_THAT(out_.str(), HasSubstr("not checked without a policy"));
}

TEST_F(FsckCommandTest, FindsTheWholeOfALogSoundWithItsKeyAndPolicy) {
  EXPECT_EQ(Run({"--data-dir", Path("log"), "--policy", Path("policy"), "--kek", Path("kek")}),
            kExitOk)
      << out_.str() << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("1 cosigned"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("not checked")));
}

TEST_F(FsckCommandTest, RebuildsAndChecksWhatItRebuilt) {
  log_->Close();
  EXPECT_EQ(Fsck({"--kek", Path("kek"), "--rebuild"}), kExitOk) << out_.str() << err_.str();
  EXPECT_THAT(err_.str(), HasSubstr("rebuilt "));
  EXPECT_THAT(out_.str(), StartsWith("fsck: sound: "));
  EXPECT_TRUE(log_->Open().ok());
}

}  // namespace
}  // namespace concordat::tools
