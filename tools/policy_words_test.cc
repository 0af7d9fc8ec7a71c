#include "tools/policy_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PolicyWordsTest, TakesNamesAsTheyAreTyped) {
  for (const char* text : {"VICTIM_LOCATION", "victim-location", " victim location "}) {
    EXPECT_EQ(*ParseName<v1::DataClass>("--class", text), v1::VICTIM_LOCATION) << text;
  }
  EXPECT_EQ(*ParseName<v1::SourceClass>("--source", "victim"), v1::SOURCE_VICTIM);
  EXPECT_EQ(*ParseName<v1::SourceClass>("--source", "SOURCE_VICTIM"), v1::SOURCE_VICTIM);
  EXPECT_EQ(*ParseName<v1::EventType>("--event-type", "custody-change"), v1::CUSTODY_CHANGE_EVENT);
}

TEST(PolicyWordsTest, NamesTheFieldAndTheNearestName) {
  const auto near = ParseName<v1::DataClass>("--class", "victim-locaton");
  EXPECT_EQ(near.status().message(),
            "--class: got \"victim-locaton\", want perhaps VICTIM_LOCATION");
  const auto far = ParseName<v1::Capacity>("--capacity", "somebody else");
  EXPECT_EQ(far.status().message(),
            "--capacity: got \"somebody else\", want one of VICTIM, PERPETRATOR, CHILD, "
            "THIRD_PARTY");
}

TEST(PolicyWordsTest, UnspecifiedIsNoName) {
  EXPECT_FALSE(ParseName<v1::Role>("--role", "ROLE_UNSPECIFIED").ok());
  EXPECT_FALSE(ParseName<v1::Condition>("--condition", "CONDITION_NONE").ok());
  EXPECT_FALSE(ParseName<v1::Role>("--role", "").ok());
}

TEST(PolicyWordsTest, TakesListsAndAny) {
  EXPECT_THAT(*ParseNames<v1::Capacity>("line 1", "victim, child"),
              ElementsAre(v1::VICTIM, v1::CHILD));
  EXPECT_EQ(*ParseNames<v1::Role>("line 1", "any"), AllOf<v1::Role>());
  EXPECT_EQ(AllOf<v1::Role>().size(), static_cast<size_t>(v1::Role_MAX));
  EXPECT_FALSE(ParseNames<v1::Capacity>("line 1", "victim,").ok());
}

TEST(PolicyWordsTest, TakesCaseFlags) {
  const auto flags = ParseCaseFlags("--case-flag", {"high-risk", "child_enquiry_open"});
  ASSERT_TRUE(flags.ok());
  EXPECT_TRUE(flags->high_risk());
  EXPECT_TRUE(flags->child_enquiry_open());
  EXPECT_FALSE(flags->marac_referred());
  const auto unknown = ParseCaseFlags("--case-flag", {"low-risk"});
  EXPECT_THAT(std::string(unknown.status().message()),
              HasSubstr("--case-flag: got \"low-risk\", want one of child_enquiry_open"));
}

}  // namespace
}  // namespace concordat::tools
