#include "tools/seal.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

// What it says on standard error, with its exit code.
std::string Says(RunCommand command, const std::vector<std::string>& args, int* exit_code) {
  std::vector<std::string> all = args;
  for (const char* flag :
       {"--server", "127.0.0.1:1", "--server-id", "spiffe://test.example/agency/svc-marac/marac",
        "--cert", "none", "--key", "none", "--ca", "none"}) {
    all.push_back(flag);
  }
  std::ostringstream out, err;
  *exit_code = command(all, {out, err, Clock::Real()});
  EXPECT_EQ(out.str(), "");
  return err.str();
}

TEST(SealTest, WantsAnAgencyAPurposeAndAPlainAuthority) {
  int exit_code = 0;
  for (const RunCommand command : {RunSealSet, RunSealRecall, RunSealLift}) {
    EXPECT_NE(
        Says(command, {"case-1", "--purpose", "marac-meeting", "--authority", "A/1"}, &exit_code)
            .find("--agency"),
        std::string::npos);
    EXPECT_EQ(exit_code, kExitUsage);
    EXPECT_NE(
        Says(command, {"case-1", "--agency", "a", "--purpose", "because", "--authority", "A/1"},
             &exit_code)
            .find("purpose"),
        std::string::npos);
    EXPECT_EQ(exit_code, kExitUsage);
    const std::string refused = Says(
        command,
        {"case-1", "--agency", "a", "--purpose", "marac-meeting", "--authority", "Asha Example"},
        &exit_code);
    EXPECT_NE(refused.find("authority_reference: got another character"), std::string::npos);
    EXPECT_EQ(refused.find("Asha"), std::string::npos);
    EXPECT_NE(exit_code, kExitOk);
  }
}

}  // namespace
}  // namespace concordat::tools
