#include "tools/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FlagsTest : public testing::Test {
 protected:
  FlagsTest() {
    table_.RequiredText("server", &server_, "HOST:PORT", "where to connect")
        .Text("journal", &journal_, "FILE", "the journal")
        .TextList("dns", &dns_, "NAME", "a name")
        .Number("max", &max_, "how many")
        .Switch("json", &json_, "as JSON");
  }

  std::string Error(const std::vector<std::string>& args) {
    const auto parsed = table_.Parse(args);
    return parsed.ok() ? "" : std::string(parsed.status().message());
  }

  std::string server_;
  std::string journal_ = "alerts.jsonl";
  std::vector<std::string> dns_;
  uint64_t max_ = 7;
  bool json_ = false;
  FlagTable table_{
      {"concordat x FILE [flags]", "Does x.", "concordat x a --server localhost:1", 1, 2}};
};

TEST_F(FlagsTest, RefusesAnUnknownFlagAndNamesTheNearest) {
  EXPECT_EQ(Error({"a", "--sever", "h:1"}), "--sever: got an unknown flag, want perhaps --server");
  EXPECT_THAT(Error({"a", "--zzzzzzzzzzzz"}), HasSubstr("want a flag that --help lists"));
  EXPECT_THAT(Error({"a", "-x"}), HasSubstr("unknown flag"));
}

TEST_F(FlagsTest, RefusesAMissingOrEmptyRequiredFlag) {
  EXPECT_EQ(Error({"a"}), "--server: got nothing, want HOST:PORT");
  EXPECT_EQ(Error({"a", "--server="}), "--server: got nothing, want HOST:PORT");
}

TEST_F(FlagsTest, RefusesAFlagWithoutItsValue) {
  EXPECT_EQ(Error({"a", "--server"}), "--server: got nothing, want HOST:PORT");
}

TEST_F(FlagsTest, RefusesAValueForASwitch) {
  EXPECT_EQ(Error({"a", "--server", "h:1", "--json=yes"}), "--json: got a value, want none");
}

TEST_F(FlagsTest, RefusesWhatIsNoNumber) {
  for (const char* bad : {"", "x", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_THAT(Error({"a", "--server", "h:1", "--max", bad}), HasSubstr("want a whole number"));
  }
}

TEST_F(FlagsTest, RefusesAFlagGivenTwice) {
  EXPECT_THAT(Error({"a", "--server", "h:1", "--server", "h:2"}), HasSubstr("twice"));
}

TEST_F(FlagsTest, RefusesTooFewAndTooManyArguments) {
  EXPECT_THAT(Error({"--server", "h:1"}), HasSubstr("arguments: got 0"));
  EXPECT_THAT(Error({"a", "b", "c", "--server", "h:1"}), HasSubstr("arguments: got 3"));
}

TEST_F(FlagsTest, TakesValuesAfterASpaceOrAnEqualsSign) {
  const auto parsed = table_.Parse(
      {"a", "--server", "h:1", "--journal=j=1", "--dns", "x", "--dns=y", "--max=9", "--json"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(*parsed, ElementsAre("a"));
  EXPECT_EQ(server_, "h:1");
  EXPECT_EQ(journal_, "j=1");
  EXPECT_THAT(dns_, ElementsAre("x", "y"));
  EXPECT_EQ(max_, 9u);
  EXPECT_TRUE(json_);
}

TEST_F(FlagsTest, KeepsDefaultsOfWhatIsNotGiven) {
  ASSERT_TRUE(table_.Parse({"a", "--server", "h:1"}).ok());
  EXPECT_EQ(journal_, "alerts.jsonl");
  EXPECT_EQ(max_, 7u);
  EXPECT_FALSE(json_);
}

TEST_F(FlagsTest, EndsFlagsAtTwoDashes) {
  const auto parsed = table_.Parse({"--server", "h:1", "--", "--json", "-h"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(*parsed, ElementsAre("--json", "-h"));
  EXPECT_FALSE(FlagTable::WantsHelp({"a", "--", "-h"}));
  EXPECT_TRUE(FlagTable::WantsHelp({"a", "--help"}));
}

TEST_F(FlagsTest, HelpNamesEveryFlagAndTheExample) {
  for (const char* part : {"--server HOST:PORT", "(required)", "--journal FILE", "--max N",
                           "--json", "Does x.", "concordat x a --server localhost:1"}) {
    EXPECT_THAT(table_.Help(), HasSubstr(part));
  }
}

}  // namespace
}  // namespace concordat::tools
