#include "base/str_cat.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace concordat {
namespace {

TEST(StrCatTest, JoinsEveryKindOfText) {
  const std::string_view standard = "b";
  const absl::string_view abseil = "c";
  EXPECT_EQ(StrCat("a", standard, abseil, std::string("d"), 7, -1), "abcd7-1");
  EXPECT_EQ(StrCat(), "");
  std::string out = "a";
  StrAppend(&out, standard, 2);
  EXPECT_EQ(out, "ab2");
}

TEST(StrCatTest, CarriesBytesAndNotAnEndingNul) {
  const std::string_view with_nul("a\0b", 3);
  EXPECT_EQ(StrCat(with_nul).size(), 3u);
  EXPECT_EQ(ToStd(ToAbsl(with_nul)), with_nul);
  EXPECT_EQ(ToAbsl(std::string_view()).size(), 0u);
}

}  // namespace
}  // namespace concordat
