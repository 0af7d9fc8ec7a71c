#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "tools/exit_codes.h"
#include "tools/policy.h"

namespace concordat::tools {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class PolicyTestCommandTest : public testing::Test {
 protected:
  int Run(std::vector<std::string> files) {
    files.insert(files.end(), {"--policy", "deploy/policy/release-policy.textproto"});
    out_.str("");
    err_.str("");
    return RunPolicyTest(files, {out_, err_, Clock::Real()});
  }

  std::string FileWith(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
    return path;
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PolicyTestCommandTest, TheShippedPromisesPass) {
  EXPECT_EQ(Run({"deploy/policy/policy-tests.txt"}), kExitOk) << out_.str();
  EXPECT_THAT(out_.str(), MatchesRegex("[1-9][0-9]+ passed, 0 failed\n"));
}

TEST_F(PolicyTestCommandTest, FailuresNameFileAndLineAndTheLastLineCounts) {
  const std::string good = FileWith("good.txt", "police: identity of any is released\n");
  const std::string bad = FileWith("bad.txt", "\nhousing: health of victim is released\n");
  EXPECT_EQ(Run({good, bad}), kExitNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr(bad + ":2: HOUSING: HEALTH of VICTIM, told by "));
  EXPECT_THAT(out_.str(), EndsWith("\n4 passed, 1 failed\n"));
}

TEST_F(PolicyTestCommandTest, AFileThatIsHalfWrongSaysNothing) {
  const std::string bad = FileWith("half.txt", "police: identity of any is released\nx\n");
  EXPECT_EQ(Run({bad}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr(bad + ":2: got no ':', want ROLES: WHAT is OUTCOME"));
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(Run({"no/such.txt"}), kExitFailed);
  EXPECT_EQ(Run({}), kExitUsage);
}

}  // namespace
}  // namespace concordat::tools
