#include "services/concordatd/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace concordat::services {
namespace {

std::string Refusal(const std::vector<std::string>& arguments) {
  const auto line = ParseCommandLine(arguments);
  if (line.ok()) return "ok";
  EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(line.status().message());
}

TEST(CommandLineTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Refusal({"--target=all", "--config=f", "--verbose"}),
            "command line: got --verbose, want --target, --config, --check-config or --help");
  EXPECT_EQ(Refusal({"-t", "--config=f"}),
            "command line: got -t, want --target, --config, --check-config or --help");
  EXPECT_EQ(Refusal({"all"}),
            "command line: got all, want --target, --config, --check-config or --help");
  EXPECT_EQ(Refusal({""}), "command line: got , want --target, --config, --check-config or --help");
  EXPECT_EQ(Refusal({"--target=drive", "--config=f"}),
            "--target: got drive, want all, ledger, police, social, marac, victim or witness");
}

TEST(CommandLineTest, RefusesFlagsWithoutOrWithTooMuch) {
  EXPECT_EQ(Refusal({"--target", "all"}),
            "command line: got --target without a value, want --target=VALUE");
  EXPECT_EQ(Refusal({"--target=all", "--config="}),
            "command line: got --config without a value, want --config=VALUE");
  EXPECT_EQ(Refusal({"--check-config=yes"}),
            "command line: got --check-config with a value, want it alone");
  EXPECT_EQ(Refusal({"--target=all", "--target=ledger", "--config=f"}),
            "command line: got --target twice, want it once");
}

TEST(CommandLineTest, RefusesALineThatLacksSomething) {
  EXPECT_EQ(Refusal({}), "command line: got no --target, want --target=TARGET");
  EXPECT_EQ(Refusal({"--target=all"}), "command line: got no --config, want --config=FILE");
}

TEST(CommandLineTest, TakesTargetConfigAndCheck) {
  const auto line = ParseCommandLine({"--config=/etc/a=b", "--target=victim", "--check-config"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->target, Target::kVictim);
  EXPECT_EQ(line->config_path, "/etc/a=b");
  EXPECT_TRUE(line->check_config);
  EXPECT_FALSE(line->help);
  EXPECT_FALSE(ParseCommandLine({"--config=f", "--target=all"})->check_config);
}

TEST(CommandLineTest, GivesHelpWithoutAnythingElse) {
  const auto line = ParseCommandLine({"--help"});
  ASSERT_TRUE(line.ok());
  EXPECT_TRUE(line->help);
}

}  // namespace
}  // namespace concordat::services
