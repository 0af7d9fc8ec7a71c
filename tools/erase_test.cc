#include "tools/erase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "crypto/signed_note.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

// What is refused before anything is sent; the calls themselves are the system tests'.
class EraseTest : public testing::Test {
 protected:
  EraseTest() {
    std::filesystem::create_directories(dir_);
    const crypto::NoteSigner log = crypto::NoteSigner::Generate("log.test");
    EXPECT_TRUE(WriteFileAtomically(dir_ + "/log.pub", log.verifier().Encode() + "\n", 0644).ok());
  }

  int Run(RunCommand command, std::vector<std::string> args, bool connected = true) {
    if (connected) {
      for (const char* flag :
           {"--server", "h:1", "--server-id", "spiffe://a.test/agency/svc-marac/marac", "--cert",
            "none", "--key", "none", "--ca", "none"}) {
        args.emplace_back(flag);
      }
    }
    out_.str("");
    err_.str("");
    return command(args, {out_, err_, Clock::Real()});
  }
  void ExpectsRefusal(const std::string& says) {
    EXPECT_THAT(err_.str(), HasSubstr(says));
    EXPECT_EQ(out_.str(), "");
  }

  const std::string dir_ = testing::TempDir() + "/erase";
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(EraseTest, ARequestHasAReasonAndAPlainAuthority) {
  EXPECT_EQ(Run(RunEraseRequest, {"case-1", "--authority", "A/1", "--reason", "because"}),
            kExitUsage);
  ExpectsRefusal("--reason: got another word");
  EXPECT_NE(
      Run(RunEraseRequest, {"case-1", "--authority", "Asha Example", "--reason", "court-order"}),
      kExitOk);
  ExpectsRefusal("authority_reference: got another character");
  EXPECT_EQ(err_.str().find("Asha"), std::string::npos);
  EXPECT_EQ(Run(RunEraseRequest, {"case-1", "--authority", "A/1"}), kExitUsage);
}

TEST_F(EraseTest, APersonToEraseIsReadFromAFileAndNeverRepeated) {
  const std::string file = dir_ + "/person.json";
  const std::vector<std::string> args = {"case-1",      "--authority", "A/1", "--reason",
                                         "COURT_ORDER", "--person",    file};
  EXPECT_EQ(Run(RunEraseRequest, args), kExitFailed);
  ASSERT_TRUE(WriteFileAtomically(file, "{\"fullName\": 5, \"x\": \"Asha\"}", 0600).ok());
  EXPECT_EQ(Run(RunEraseRequest, args), kExitUsage);
  EXPECT_EQ(err_.str().find("Asha"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(file, "{\"fullName\": \"Asha Example\"}", 0600).ok());
  EXPECT_NE(Run(RunEraseRequest, args), kExitOk);
  ExpectsRefusal("person.capacity: got CAPACITY_UNSPECIFIED");
}

TEST_F(EraseTest, AnApprovalNamesItsRequestAndTheLogItTrusts) {
  const std::string key = dir_ + "/log.pub";
  EXPECT_EQ(Run(RunEraseApprove, {"x", "--out", dir_ + "/c", "--log-key", key}), kExitUsage);
  ExpectsRefusal("REQUEST: got no number");
  EXPECT_EQ(Run(RunEraseApprove, {"7", "--out", dir_ + "/c"}), kExitUsage);
  EXPECT_EQ(Run(RunEraseApprove, {"7", "--log-key", key}), kExitUsage);
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/c"));
}

TEST_F(EraseTest, ACertificateThatProvesNothingIsRefused) {
  const std::string file = dir_ + "/certificate";
  const std::vector<std::string> args = {file, "--log-key", dir_ + "/log.pub"};
  EXPECT_EQ(Run(RunEraseCheck, args, false), kExitFailed);
  ASSERT_TRUE(WriteFileAtomically(file, "no json", 0600).ok());
  EXPECT_EQ(Run(RunEraseCheck, args, false), kExitFailed);
  ASSERT_TRUE(WriteFileAtomically(file, "{}", 0600).ok());
  EXPECT_EQ(Run(RunEraseCheck, args, false), kExitNotVerified);
}

TEST_F(EraseTest, AHoldHasAPlainAuthority) {
  for (const RunCommand command : {RunHoldSet, RunHoldLift}) {
    EXPECT_EQ(Run(command, {"case-1"}), kExitUsage);
    EXPECT_NE(Run(command, {"case-1", "--authority", "a b"}), kExitOk);
    ExpectsRefusal("authority_reference: got another character");
  }
}

}  // namespace
}  // namespace concordat::tools
