#include "base/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace concordat {
namespace {

// RFC 3629 section 3, read literally: the shortest form of one code point.
std::string Encode(uint32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

TEST(Utf8Test, RefusesWhatIsNotUtf8) {
  for (const std::string_view bad : {
           "\x80",
           "\xBF",
           "\xC0\x80",
           "\xC1\xBF",
           "\xE0\x80\x80",
           "\xE0\x9F\xBF",
           "\xF0\x80\x80\x80",
           "\xF0\x8F\xBF\xBF",
           "\xED\xA0\x80",
           "\xED\xBF\xBF",
           "\xF4\x90\x80\x80",
           "\xF5\x80\x80\x80",
           "\xFE",
           "\xFF",
           "a\xC3",
           "\xE2\x82",
           "\xF0\x9F\x98",
           "\xC3(",
           "\xE2(\xA1",
           "\xE2\x82(",
           "\xF0\x9F\x98(",
       }) {
    EXPECT_EQ(CountCodePoints(bad), std::nullopt) << testing::PrintToString(bad);
  }
}

TEST(Utf8Test, TakesEveryCodePointButSurrogates) {
  for (uint32_t c = 0; c <= 0x110000; ++c) {
    const bool valid = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    ASSERT_EQ(CountCodePoints(Encode(c)).has_value(), valid) << c;
  }
}

TEST(Utf8Test, TakesNoCodePointCutShort) {
  for (const uint32_t c : {0x80u, 0x7FFu, 0x800u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    const std::string whole = Encode(c);
    for (size_t size = 1; size < whole.size(); ++size) {
      EXPECT_EQ(CountCodePoints(whole.substr(0, size)), std::nullopt) << c << " " << size;
    }
  }
}

TEST(Utf8Test, CountsCodePointsAndNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("abc"), 3u);
  EXPECT_EQ(CountCodePoints("\xE2\x80\x94 \xC5\x81ukasz"), 8u);
  EXPECT_EQ(CountCodePoints(std::string_view("\0\0", 2)), 2u);
}

}  // namespace
}  // namespace concordat
