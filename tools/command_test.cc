#include "tools/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tools/exit_codes.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

int Echo(const std::vector<std::string>& args, const Console& console) {
  for (const std::string& arg : args) console.out << arg << ";";
  return kExitOk;
}

int Picky(const std::vector<std::string>& args, const Console& console) {
  std::string name;
  FlagTable table({"concordat picky", "Is picky.", "concordat picky --name x"});
  table.RequiredText("name", &name, "NAME", "a name");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  console.out << name;
  return kExitOk;
}

class CommandTest : public testing::Test {
 protected:
  int Run(const std::vector<std::string>& args) {
    return RunCommandLine({{"echo", "Echoes.", Echo},
                           {"pki init", "Makes.", Echo},
                           {"pki issue", "Issues.", Echo},
                           {"picky", "Picks.", Picky}},
                          args, Console{out_, err_, Clock::Real()});
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CommandTest, RefusesAnUnknownCommandAndNamesTheNearest) {
  EXPECT_EQ(Run({"ecko"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("want perhaps \"echo\""));
  EXPECT_EQ(Run({"pki", "isue"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("want perhaps \"pki issue\""));
  EXPECT_EQ(Run({"pki"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("want perhaps \"pki init\""));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CommandTest, RefusesNoCommandAtAll) {
  EXPECT_EQ(Run({}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("Commands:"));
}

TEST_F(CommandTest, ListsEveryCommandInItsHelp) {
  EXPECT_EQ(Run({"--help"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("pki issue  Issues."));
  EXPECT_THAT(out_.str(), HasSubstr("echo       Echoes."));
}

TEST_F(CommandTest, HandsOnTheArgumentsAfterItsName) {
  EXPECT_EQ(Run({"pki", "init", "a", "--b"}), kExitOk);
  EXPECT_EQ(out_.str(), "a;--b;");
}

TEST_F(CommandTest, ACommandExplainsItselfOrWhatWasWrong) {
  EXPECT_EQ(Run({"picky", "--help"}), kExitOk);
  EXPECT_THAT(out_.str(), HasSubstr("Is picky."));
  EXPECT_EQ(Run({"picky", "--nam", "x"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("perhaps --name"));
  EXPECT_EQ(Run({"picky", "--name", "x"}), kExitOk);
}

}  // namespace
}  // namespace concordat::tools
