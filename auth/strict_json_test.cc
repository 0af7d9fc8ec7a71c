#include "auth/strict_json.h"

#include <string>

#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

TEST(StrictJsonTest, RefusesWhatTwoReadersMayTakeDifferently) {
  for (const std::string_view bad : {"",
                                     "[]",
                                     "1",
                                     "null",
                                     "\"a\"",
                                     "{",
                                     "{}x",
                                     "{} {}",
                                     "{'a':1}",
                                     "{a:1}",
                                     "{\"a\":1,}",
                                     "{\"a\":1 /* */}",
                                     "// x\n{}",
                                     "{\"a\":1,\"a\":1}",
                                     "{\"a\":1,\"\\u0061\":2}",
                                     "{\"o\":{\"a\":1,\"a\":2}}",
                                     "{\"l\":[{\"a\":1,\"a\":2}]}",
                                     "{\"a\":NaN}",
                                     "{\"a\":01}",
                                     "{\"a\":\"\xff\"}",
                                     "\xef\xbb\xbf{}",
                                     "{\"a\":\"\n\"}",
                                     "{\"a\":tru}"}) {
    EXPECT_EQ(ParseStrictJson(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(ParseStrictJson(std::string_view("{}\0", 3)), std::nullopt);
}

TEST(StrictJsonTest, RefusesTooMuchDepth) {
  const auto nested = [](int levels) {
    std::string text = "{\"a\":";
    for (int i = 1; i < levels; ++i) text += '[';
    text += '1';
    for (int i = 1; i < levels; ++i) text += ']';
    return text + '}';
  };
  EXPECT_NE(ParseStrictJson(nested(8)), std::nullopt);
  EXPECT_EQ(ParseStrictJson(nested(9)), std::nullopt);
  EXPECT_EQ(ParseStrictJson(nested(100000)), std::nullopt);
}

TEST(StrictJsonTest, TakesTheSameNameInDifferentObjects) {
  const auto parsed = ParseStrictJson("{\"a\":{\"a\":1},\"b\":[{\"a\":2},{\"a\":3}]}");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ((*parsed)["b"][1]["a"], 3);
}

TEST(StrictJsonTest, GivesMembersOfTheirTypeOnly) {
  const auto parsed = ParseStrictJson(
      "{\"t\":\"x\",\"n\":7,\"f\":7.5,\"e\":7e0,\"m\":-1,\"y\":253402300799,\"z\":253402300800,"
      "\"u\":18446744073709551615,\"v\":18446744073709551616,\"s\":\"7\"}");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(TextMember(*parsed, "t"), "x");
  EXPECT_EQ(TextMember(*parsed, "n"), std::nullopt);
  EXPECT_EQ(TextMember(*parsed, "no"), std::nullopt);
  EXPECT_EQ(SecondsMember(*parsed, "n"), 7);
  EXPECT_EQ(SecondsMember(*parsed, "y"), 253402300799);
  for (const char* bad : {"t", "f", "e", "m", "z", "u", "v", "s", "no"}) {
    EXPECT_EQ(SecondsMember(*parsed, bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace concordat::auth
