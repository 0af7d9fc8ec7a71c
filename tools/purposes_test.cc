#include "tools/purposes.h"

#include <gtest/gtest.h>

namespace concordat::tools {
namespace {

TEST(PurposesTest, RefusesUnknownOnesWithTheNearest) {
  EXPECT_EQ(ParsePurpose("law-enforcment").status().message(),
            "--purpose: got \"law-enforcment\", want perhaps LAW_ENFORCEMENT");
  EXPECT_FALSE(ParsePurpose("").ok());
  EXPECT_FALSE(ParsePurpose("purpose-unspecified").ok());
  EXPECT_FALSE(ParsePurpose("performance").ok());
}

TEST(PurposesTest, TakesEitherSpelling) {
  EXPECT_EQ(*ParsePurpose("law-enforcement"), v1::LAW_ENFORCEMENT);
  EXPECT_EQ(*ParsePurpose("SELF_MONITORING"), v1::SELF_MONITORING);
  EXPECT_EQ(*ParsePurpose("Victim_Support"), v1::VICTIM_SUPPORT);
}

}  // namespace
}  // namespace concordat::tools
