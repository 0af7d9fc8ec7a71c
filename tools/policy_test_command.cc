#include <cstdint>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/policy.h"
#include "tools/policy_book.h"
#include "tools/policy_cases.h"
#include "tools/policy_cases_run.h"

namespace concordat::tools {
namespace {

constexpr size_t kFilesMax = 64;

CommandHelp Help() {
  return {
      "concordat policy test FILE... --policy FILE",
      "Holds the release policy to promises that were written down, one sentence a line, such as\n"
      "  police: victim disclosure of victim when victim consent is released\n"
      "  probation: event liaison contact is concealed because perpetrator facing\n"
      "deploy/policy/policy-tests.txt explains the form and is an example. Each case that fails "
      "is\n"
      "printed with what was expected, what the policy decides, its rule and why.\n"
      "Exit code 0: all passed; 4: some failed; 1: a file could not be read.",
      "concordat policy test deploy/policy/policy-tests.txt \\\n"
      "    --policy deploy/policy/release-policy.textproto",
      1, kFilesMax};
}

struct NamedCases {
  std::string file;
  std::vector<PolicyCase> cases;
};

// All of them before the first is run: a file that is half wrong says nothing.
absl::StatusOr<std::vector<NamedCases>> ReadCases(const std::vector<std::string>& files) {
  std::vector<NamedCases> all;
  for (const std::string& file : files) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<PolicyCase> cases, ParsePolicyCases(file, text));
    all.push_back({file, std::move(cases)});
  }
  return all;
}

}  // namespace

int RunPolicyTest(const std::vector<std::string>& args, const Console& console) {
  std::string policy;
  FlagTable table(Help());
  table.RequiredText("policy", &policy, "FILE", "release policy (textproto)");
  std::vector<std::string> files;
  if (const auto exit_code = ParseOrExplain(table, args, &files, console)) return *exit_code;
  const absl::StatusOr<PolicyBook> book = PolicyBook::Load(policy);
  if (!book.ok()) return Fail(console, book.status(), kExitFailed);
  const auto all = ReadCases(files);
  if (!all.ok()) return Fail(console, all.status(), kExitFailed);
  uint64_t passed = 0, failed = 0;
  for (const NamedCases& named : *all) {
    for (const PolicyCase& one : named.cases) {
      const std::optional<std::string> failure = FailureOf(*book, one);
      ++(failure ? failed : passed);
      if (failure) console.out << named.file << ":" << one.line << ": " << *failure;
    }
  }
  console.out << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? kExitOk : kExitNotVerified;
}

}  // namespace concordat::tools
