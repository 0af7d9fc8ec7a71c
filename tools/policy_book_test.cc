#include "tools/policy_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "auth/config_file.h"
#include "base/files.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

constexpr char kShipped[] = "deploy/policy/release-policy.textproto";

const PolicyBook& Shipped() {
  static const auto* const book = new PolicyBook(*PolicyBook::Load(kShipped));
  return *book;
}

std::string Offered(const auth::ViewRoles& view, v1::DataClass field_class, v1::Capacity capacity,
                    v1::SourceClass source = v1::SOURCE_AGENCY_OBSERVED) {
  return OffersText(OffersOf(Shipped().engine(), view, field_class, capacity, source));
}

TEST(PolicyBookTest, SaysWhatIsOfferedUnderWhichConditions) {
  EXPECT_EQ(Offered({{v1::VICTIM_SERVICE}}, v1::SAFETY_PLAN, v1::VICTIM), "released");
  EXPECT_EQ(Offered({{v1::POLICE}}, v1::SAFETY_PLAN, v1::VICTIM), "generalised");
  EXPECT_EQ(Offered({{v1::HOUSING}}, v1::HEALTH, v1::VICTIM), "withheld");
  EXPECT_EQ(Offered({{v1::POLICE}}, v1::VICTIM_DISCLOSURE, v1::VICTIM),
            "released if VICTIM_CONSENT");
  EXPECT_EQ(Offered({{v1::POLICE}}, v1::CONTACT, v1::VICTIM), "withheld until TWO_PERSON_APPROVAL");
  EXPECT_EQ(Offered({{v1::PROBATION}}, v1::HEALTH, v1::CHILD), "withheld by R7");
}

TEST(PolicyBookTest, OfTwoRolesBothConditionsMustHold) {
  EXPECT_EQ(Offered({{v1::POLICE, v1::VICTIM_SERVICE}}, v1::HEALTH, v1::VICTIM),
            "released if VICTIM_CONSENT and HIGH_RISK_CASE");
  EXPECT_EQ(Offered({{v1::MARAC_COORDINATOR, v1::POLICE}}, v1::HEALTH, v1::VICTIM),
            "generalised if HIGH_RISK_CASE");
  EXPECT_EQ(Offered({{v1::VICTIM_SERVICE, v1::DRIVE_CASE_MANAGER}}, v1::SAFETY_PLAN, v1::VICTIM),
            "withheld by R7");
}

TEST(PolicyBookTest, TheLockOnASourceIsSeen) {
  EXPECT_EQ(Offered({{v1::PROBATION}}, v1::OFFENCES, v1::PERPETRATOR), "released");
  EXPECT_EQ(Offered({{v1::PROBATION}}, v1::OFFENCES, v1::PERPETRATOR, v1::SOURCE_VICTIM),
            "withheld by R7");
}

TEST(PolicyBookTest, KnowsWhyARuleDecides) {
  EXPECT_EQ(Shipped().WhyOf("location-MAR"), "The district is enough for an agenda.");
  EXPECT_THAT(Shipped().WhyOf("lock-r7"), HasSubstr("No policy file can change that"));
  EXPECT_THAT(Shipped().WhyOf("rows-POLICE"), HasSubstr("visible_events"));
  EXPECT_THAT(Shipped().WhyOf("deny-by-default"), HasSubstr("withheld"));
  EXPECT_EQ(Shipped().WhyOf("no-such-rule"), "no reason is given");
}

TEST(PolicyBookTest, TwoPersonApprovalIsNothingThatACaseCanMeet) {
  EXPECT_EQ(GrantableConditions().size(), static_cast<size_t>(v1::Condition_MAX) - 1);
  EXPECT_EQ(ConditionSets().size(), size_t{1} << GrantableConditions().size());
  EXPECT_TRUE(ConditionSets()[0].empty());
}

TEST(PolicyBookTest, ErrorsNameTheFile) {
  EXPECT_THAT(std::string(PolicyBook::Load("no/such/file").status().message()),
              HasSubstr("no/such/file"));
  v1::ReleasePolicy policy;
  ASSERT_TRUE(auth::ReadTextproto(kShipped, &policy).ok());
  EXPECT_TRUE(PolicyBook::Of(policy).ok());
  const std::string path = testing::TempDir() + "/versionless.textproto";
  ASSERT_TRUE(WriteFileAtomically(path, "version: \"\"\n", 0644).ok());
  EXPECT_EQ(PolicyBook::Load(path).status().message(),
            StrCat(path, ": policy.version: got empty, want a version"));
  ASSERT_TRUE(WriteFileAtomically(path, "version: \"1\"\nrolls {}\n", 0644).ok());
  EXPECT_THAT(std::string(PolicyBook::Load(path).status().message()), HasSubstr(path + ":2:"));
}

}  // namespace
}  // namespace concordat::tools
