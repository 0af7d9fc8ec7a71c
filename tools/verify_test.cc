#include "tools/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <sstream>

#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "tlog/cosignature.h"
#include "tools/exit_codes.h"
#include "tools/log_export.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() : dir_(testing::TempDir() + "/verify") {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    encoded_ = crypto::NoteSigner::Generate("log.test").EncodePrivate();
    WriteKey(Signer());
  }

  crypto::NoteSigner Signer() { return *crypto::NoteSigner::Parse(encoded_); }

  void WriteKey(const crypto::NoteSigner& signer) {
    ASSERT_TRUE(
        WriteFileAtomically(dir_ + "/log.pub", signer.verifier().Encode() + "\n", 0644).ok());
  }

  // Appends that many entries, one a batch, to the log in `name`.
  void AppendEntries(const std::string& name, int count, const std::string& case_id) {
    auto log = storage::AuditLog::Open({dir_ + "/" + name, Signer(), &Clock::Real()});
    ASSERT_TRUE(log.ok()) << log.status();
    for (int i = 0; i < count; ++i) {
      absl::Notification done;
      (*log)->Submit(
          [&](storage::Transaction& transaction) {
            v1::LogEntry entry;
            entry.set_operation(v1::COLLECTION);
            entry.add_case_ids(case_id);
            transaction.AppendEntry(entry);
            return absl::OkStatus();
          },
          [&](absl::StatusOr<storage::AuditLog::Committed> committed) {
            EXPECT_TRUE(committed.ok()) << committed.status();
            done.Notify();
          });
      done.WaitForNotification();
    }
  }

  int Verify(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"--data-dir", dir_ + "/" + name, "--log-key",
                                     dir_ + "/log.pub"};
    args.insert(args.end(), more.begin(), more.end());
    out_.str("");
    err_.str("");
    return RunVerify(args, Console{out_, err_, Clock::Real()});
  }

  std::string dir_;
  std::string encoded_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(VerifyTest, RefusesALogOfAnotherKey) {
  AppendEntries("log", 2, "a");
  WriteKey(crypto::NoteSigner::Generate("log.test"));
  EXPECT_EQ(Verify("log"), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("NOT VERIFIED: the head checkpoint"));
}

TEST_F(VerifyTest, FindsALogThatWasPutInThePlaceOfAnother) {
  const std::string seen = dir_ + "/seen";
  AppendEntries("log", 3, "a");
  ASSERT_EQ(Verify("log", {"--since", seen}), kExitOk) << out_.str() << err_.str();
  const std::string remembered = *ReadFile(seen);
  AppendEntries("other", 5, "b");
  EXPECT_EQ(Verify("other", {"--since", seen}), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("two signed checkpoints of size 3 differ"));
  EXPECT_EQ(*ReadFile(seen), remembered);
}

TEST_F(VerifyTest, FindsALogThatLostItsEnd) {
  const std::string seen = dir_ + "/seen";
  AppendEntries("log", 2, "a");
  std::filesystem::copy(dir_ + "/log", dir_ + "/backup", std::filesystem::copy_options::recursive);
  AppendEntries("log", 2, "a");
  ASSERT_EQ(Verify("log", {"--since", seen}), kExitOk) << out_.str() << err_.str();
  EXPECT_EQ(Verify("backup"), kExitOk);
  EXPECT_EQ(Verify("backup", {"--since", seen}), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("the log ends after 2 entries"));
}

TEST_F(VerifyTest, FindsADamagedRememberedCheckpoint) {
  const std::string seen = dir_ + "/seen";
  AppendEntries("log", 2, "a");
  ASSERT_EQ(Verify("log", {"--since", seen}), kExitOk);
  std::string note = *ReadFile(seen);
  note[0] ^= 1;
  ASSERT_TRUE(WriteFileAtomically(seen, note, 0644).ok());
  EXPECT_EQ(Verify("log", {"--since", seen}), kExitNotVerified);
}

TEST_F(VerifyTest, SaysWhenThereIsNothingToRead) {
  EXPECT_EQ(Verify("missing"), kExitFailed);
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/log.pub", "no key", 0644).ok());
  AppendEntries("log", 1, "a");
  EXPECT_EQ(Verify("log"), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("log.pub line 1: got no verifier key"));
}

TEST_F(VerifyTest, WantsEitherADirectoryOrAServer) {
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(RunVerify({"--log-key", dir_ + "/log.pub"}, {out, err, Clock::Real()}), kExitUsage);
  EXPECT_EQ(
      RunVerify({"--log-key", dir_ + "/log.pub", "--server", "h:1"}, {out, err, Clock::Real()}),
      kExitUsage);
}

TEST_F(VerifyTest, WantsTheKeysOrAPolicyAndAReadablePolicy) {
  AppendEntries("log", 1, "a");
  std::ostringstream out;
  const Console console{out, err_, Clock::Real()};
  EXPECT_EQ(RunVerify({"--data-dir", dir_ + "/log"}, console), kExitUsage);
  EXPECT_EQ(Verify("log", {"--policy", dir_ + "/log.pub"}), kExitUsage);
  EXPECT_EQ(RunVerify({"--data-dir", dir_ + "/log", "--policy", dir_ + "/log.pub"}, console),
            kExitFailed);
  EXPECT_EQ(Verify("log", {"--purpose", "marac-meetings"}), kExitUsage);
}

TEST_F(VerifyTest, APolicyWithAQuorumWantsAPublishedCheckpoint) {
  AppendEntries("log", 2, "a");
  const std::string log_line = "log " + Signer().verifier().Encode() + "\n";
  const std::string witness = tlog::CosignatureSigner::Generate("w").verifier().Encode();
  const auto verify_with = [&](const std::string& policy) {
    EXPECT_TRUE(WriteFileAtomically(dir_ + "/policy", policy, 0644).ok());
    out_.str("");
    return RunVerify({"--data-dir", dir_ + "/log", "--policy", dir_ + "/policy"},
                     Console{out_, err_, Clock::Real()});
  };
  EXPECT_EQ(verify_with(log_line + "quorum none\n"), kExitOk) << out_.str() << err_.str();
  EXPECT_EQ(verify_with(StrCat(log_line, "witness w ", witness, "\nquorum w\n")), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("the published checkpoint: got none"));
}

TEST_F(VerifyTest, TakesSeveralKeysOfALog) {
  AppendEntries("log", 2, "a");
  const std::string keys = StrCat(crypto::NoteSigner::Generate("log.test").verifier().Encode(),
                                  "\n", Signer().verifier().Encode(), "\n");
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/log.pub", keys, 0644).ok());
  EXPECT_EQ(Verify("log"), kExitOk) << out_.str() << err_.str();
}

TEST_F(VerifyTest, ChecksAnExportedLogToo) {
  AppendEntries("log", 300, "a");
  std::filesystem::remove_all(dir_ + "/export");
  const std::vector<std::string> trust = {"--log-key", dir_ + "/log.pub"};
  const Console console{out_, err_, Clock::Real()};
  ASSERT_EQ(
      RunLogExport({dir_ + "/export", "--data-dir", dir_ + "/log", trust[0], trust[1]}, console),
      kExitOk)
      << err_.str();
  const std::vector<std::string> args = {"--export", dir_ + "/export", trust[0], trust[1]};
  EXPECT_EQ(RunVerify(args, console), kExitOk) << out_.str() << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("verified: 300 entries of log.test"));
  std::string tile = *ReadFile(dir_ + "/export/tile/0/000");
  tile[100] ^= 1;
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/export/tile/0/000", tile, 0600).ok());
  EXPECT_EQ(RunVerify(args, console), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("NOT VERIFIED: tile/0/000: got other hashes"));
}

TEST_F(VerifyTest, RemembersAndAcceptsALogThatGrew) {
  const std::string seen = dir_ + "/seen";
  for (int round = 1; round <= 3; ++round) {
    AppendEntries("log", 2, "a");
    EXPECT_EQ(Verify("log", {"--since", seen}), kExitOk) << out_.str() << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr(StrCat("verified: ", 2 * round, " entries of log.test")));
  }
  EXPECT_THAT(out_.str(), HasSubstr("only grew"));
}

}  // namespace
}  // namespace concordat::tools
