#include "tlog/text_fields.h"

#include <gtest/gtest.h>

namespace concordat::tlog {
namespace {

TEST(TextFieldsTest, RefusesDecimalsThatAreNotCanonical) {
  for (const std::string_view bad : {"", "00", "01", "+1", "-0", "-1", " 1", "1 ", "1\n", "0x1",
                                     "1e3", "18446744073709551616", "one", "\xd9\xa1"}) {
    EXPECT_EQ(ParseDecimal(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(ParseDecimal("0"), 0u);
  EXPECT_EQ(ParseDecimal("18446744073709551615"), 18446744073709551615u);
}

TEST(TextFieldsTest, RefusesHashesOfAnotherSizeOrSpelling) {
  for (const std::string_view bad : {"", "AAAA", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
                                     "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=",
                                     "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
                                     " CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                                     "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA"}) {
    EXPECT_EQ(ParseHash(bad), std::nullopt) << bad;
  }
  const std::string_view good = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  EXPECT_EQ(FormatHash(ParseHash(good).value()), good);
}

TEST(TextFieldsTest, TakesWholeLinesOnly) {
  std::string_view text = "one\n\nrest";
  EXPECT_EQ(TakeLine(&text), "one");
  EXPECT_EQ(TakeLine(&text), "");
  EXPECT_EQ(TakeLine(&text), std::nullopt);
  EXPECT_EQ(text, "rest");
  EXPECT_FALSE(TakePrefix(&text, "rest "));
  EXPECT_TRUE(TakePrefix(&text, "re"));
  EXPECT_EQ(text, "st");
}

}  // namespace
}  // namespace concordat::tlog
