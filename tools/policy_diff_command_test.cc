#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "tools/exit_codes.h"
#include "tools/policy.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kShipped[] = "deploy/policy/release-policy.textproto";

class PolicyDiffCommandTest : public testing::Test {
 protected:
  int Run(const std::vector<std::string>& args) {
    out_.str("");
    err_.str("");
    return RunPolicyDiff(args, {out_, err_, Clock::Real()});
  }

  std::string FileWith(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "/" + name;
    EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
    return path;
  }

  // The shipped policy with one text in place of another.
  std::string PolicyWith(const std::string& from, const std::string& to) {
    const std::string shipped = *ReadFile(kShipped);
    EXPECT_THAT(shipped, HasSubstr(from));
    return FileWith("changed.textproto", absl::StrReplaceAll(shipped, {{from, to}}));
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(PolicyDiffCommandTest, TheSamePolicyChangesNothing) {
  EXPECT_EQ(Run({kShipped, kShipped}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("\nNothing changes.\n"));
  EXPECT_EQ(Run({kShipped, PolicyWith("version: \"2026.1\"", "version: \"2026.2\"")}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("version 2026.2, digest "));
}

TEST_F(PolicyDiffCommandTest, NewlyReleasedComesFirstAndHasItsOwnExitCode) {
  const std::string more = PolicyWith(
      "role: POLICE field_class: VICTIM_LOCATION action: RELEASE "
      "condition: TWO_PERSON_APPROVAL",
      "role: POLICE field_class: VICTIM_LOCATION action: RELEASE");
  EXPECT_EQ(Run({kShipped, more}), kExitMoreReleased);
  EXPECT_THAT(out_.str(), HasSubstr("\n!! NEWLY RELEASED (1)\n!! POLICE: VICTIM_LOCATION of "));
  EXPECT_EQ(Run({more, kShipped}), kExitChanged);
  EXPECT_THAT(out_.str(), HasSubstr("\nNo longer released, or less of it (1)\n   POLICE: "));
  EXPECT_THAT(out_.str(), Not(HasSubstr("!!")));
}

TEST_F(PolicyDiffCommandTest, CountsInACorpusWithoutItsValues) {
  const std::string corpus = FileWith(
      "corpus.jsonl",
      "{\"sourceClass\": \"SOURCE_AGENCY_OBSERVED\", \"persons\": [{\"capacity\": \"VICTIM\", "
      "\"fullName\": \"Asha Example\"}], \"incident\": {\"injury\": true}}\n"
      "{\"Asha\": \"Example\n");
  const std::string less =
      PolicyWith("role: VICTIM_SERVICE field_class: IDENTITY action: RELEASE",
                 "role: VICTIM_SERVICE field_class: IDENTITY action: GENERALISE");
  EXPECT_EQ(Run({kShipped, less, "--corpus", corpus}), kExitChanged);
  EXPECT_THAT(out_.str(), HasSubstr("In 1 events of " + corpus +
                                    ":\n   VICTIM_SERVICE: IDENTITY: released becomes generalised: "
                                    "1 field of 1 event\n"));
  EXPECT_THAT(err_.str(), HasSubstr(corpus + ":2: line: got text that is not JSON"));
  for (const std::string& text : {out_.str(), err_.str()})
    EXPECT_THAT(text, Not(HasSubstr("Asha")));
}

TEST_F(PolicyDiffCommandTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(Run({kShipped}), kExitUsage);
  EXPECT_EQ(Run({kShipped, "no/such"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("no/such"));
  const std::string open = PolicyWith("role: PROBATION field_class: SAFETY_PLAN action: WITHHOLD",
                                      "role: PROBATION field_class: SAFETY_PLAN action: RELEASE");
  EXPECT_EQ(Run({kShipped, open}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr(open + ": policy.rules["));
  EXPECT_THAT(err_.str(), HasSubstr("(safetyplan-PRB).action: got RELEASE, want WITHHOLD (R7)"));
  EXPECT_EQ(Run({kShipped, kShipped, "--corpus", "no/such.jsonl"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("no/such.jsonl"));
  EXPECT_EQ(Run({kShipped, kShipped, "--corpus", FileWith("empty.jsonl", "\n")}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("got no event, want some"));
  EXPECT_EQ(Run({kShipped, kShipped, "--case-flag", "calm"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("--case-flag: got \"calm\", want one of "));
}

}  // namespace
}  // namespace concordat::tools
