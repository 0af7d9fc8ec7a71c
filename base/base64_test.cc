#include "base/base64.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace concordat {
namespace {

TEST(Base64Test, RefusesEverySpellingButTheCanonicalOne) {
  for (const std::string_view bad :
       {"Zg", "Zg=", "Zh==", "Zg==\n", " Zg==", "Zg= =", "Zg===", "Zm9", "Zm8", "Zm9=", "=",
        "====", "Z", "_w==", "-w==", "Zg==Zg==", "Zg.=", "Zg\n=="}) {
    EXPECT_EQ(DecodeBase64(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(DecodeBase64(std::string_view("Zg=\0", 4)), std::nullopt);
}

// RFC 4648 section 10, and the two characters in which the alphabets differ.
TEST(Base64Test, ReadsAndWritesThePublishedVectors) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
}

TEST(Base64UrlTest, RefusesEverySpellingButTheCanonicalOne) {
  for (const std::string_view bad :
       {"Zg==", "Zg=", "Zh", "Zg\n", " Zg", "Zm9=", "+w", "/w", "Z", "Zm9vY", "Zg.Zg", "Zm9vYh"}) {
    EXPECT_EQ(DecodeBase64Url(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(DecodeBase64Url(std::string_view("Zg\0", 3)), std::nullopt);
}

TEST(Base64UrlTest, ReadsAndWritesWithoutPadding) {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64Url(bytes), text);
    EXPECT_EQ(DecodeBase64Url(text), bytes);
  }
}

}  // namespace
}  // namespace concordat
