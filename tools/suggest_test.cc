#include "tools/suggest.h"

#include <gtest/gtest.h>

namespace concordat::tools {
namespace {

TEST(SuggestTest, CountsInsertionsDeletionsAndSubstitutions) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("server", "sever"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(SuggestTest, NamesTheNearestWord) {
  EXPECT_EQ(Nearest("hstory", {"push", "history", "verify"}), "history");
  EXPECT_EQ(Nearest("--severs", {"--server", "--server-id"}), "--server");
}

TEST(SuggestTest, SaysNothingRatherThanSomethingFar) {
  EXPECT_EQ(Nearest("banana", {"push", "history"}), "");
  EXPECT_EQ(Nearest("push", {}), "");
}

}  // namespace
}  // namespace concordat::tools
