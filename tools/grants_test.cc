#include "tools/grants.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "tools/connections.h"
#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

struct Said {
  int exit_code;
  std::string error;
  bool Names(const std::string& part) const { return error.find(part) != std::string::npos; }
};

Said Says(RunCommand command, const std::vector<std::string>& args) {
  std::vector<std::string> all = args;
  for (const char* flag :
       {"--server", "127.0.0.1:1", "--server-id", "spiffe://test.example/agency/svc-marac/marac",
        "--cert", "none", "--key", "none", "--ca", "none"}) {
    all.push_back(flag);
  }
  std::ostringstream out, err;
  const int exit_code = command(all, {out, err, Clock::Real()});
  EXPECT_EQ(out.str(), "");
  return {exit_code, err.str()};
}

TEST(GrantsTest, WantsACategoryAReasonAndAPurpose) {
  EXPECT_TRUE(
      Says(RunGlassBreak, {"case-1", "--reason", "she is missing", "--purpose", "law-enforcement"})
          .Names("--category"));
  const Said word = Says(RunGlassBreak, {"case-1", "--category", "curiosity", "--reason",
                                         "she is missing", "--purpose", "law-enforcement"});
  EXPECT_EQ(word.exit_code, kExitUsage);
  EXPECT_TRUE(word.Names("--category: got another word, want risk-to-life"));
  const Said reason = Says(RunGlassBreak, {"case-1", "--category", "risk-to-life", "--reason",
                                           "secret", "--purpose", "law-enforcement"});
  EXPECT_TRUE(reason.Names("reason: got 6 bytes, want at least 10")) << reason.error;
  EXPECT_FALSE(reason.Names("secret"));
  EXPECT_TRUE(
      Says(RunApprovalRequest, {"case-1", "--purpose", "law-enforcement"}).Names("--reason"));
  EXPECT_EQ(Says(RunApprovalRequest, {"case-1", "--reason", "x", "--purpose", "because"}).exit_code,
            kExitUsage);
}

TEST(GrantsTest, WantsTheNumberOfAnEntryAndAFinding) {
  EXPECT_EQ(Says(RunApprovalGive, {"case-1", "--purpose", "law-enforcement"}).exit_code,
            kExitUsage);
  EXPECT_TRUE(Says(RunApprovalGive, {"0", "--purpose", "law-enforcement"}).Names("request_index"));
  EXPECT_TRUE(Says(RunGlassReview,
                   {"7", "--finding", "fine", "--authority", "A/1", "--purpose", "law-enforcement"})
                  .Names("--finding: got another word"));
  EXPECT_TRUE(Says(RunGlassReview, {"0", "--finding", "justified", "--authority", "A/1",
                                    "--purpose", "law-enforcement"})
                  .Names("grant_index"));
}

TEST(GrantsTest, WantsAPersonWhomAnybodyIsFoundByAndTellsNothingOfThem) {
  const std::string file = ::testing::TempDir() + "/person.json";
  const auto registering = [&](const std::string& json, const std::string& relation) {
    EXPECT_TRUE(WriteFileAtomically(file, json, 0600).ok());
    return Says(RunConnectionRegister, {"officer-1", "--relation", relation, "--person", file,
                                        "--authority", "HR/1", "--purpose", "law-enforcement"});
  };
  EXPECT_TRUE(registering("{\"fullName\":\"Asha Example\"}", "cousin").Names("--relation"));
  const Said alone = registering("{\"fullName\":\"Asha Example\"}", "relative");
  EXPECT_TRUE(alone.Names("person: got nothing that anybody is connected by")) << alone.error;
  EXPECT_FALSE(alone.Names("Asha"));
  EXPECT_TRUE(registering("{\"ethnicity\":\"A\"}", "relative").Names("person.ethnicity"));
  EXPECT_TRUE(registering("not json", "relative").exit_code != kExitOk);
  EXPECT_TRUE(Says(RunConnectionWithdraw,
                   {"officer-1", "--authority", "HR/1", "--purpose", "law-enforcement"})
                  .exit_code == kExitUsage);
}

}  // namespace
}  // namespace concordat::tools
