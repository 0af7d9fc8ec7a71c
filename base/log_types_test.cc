#include "base/log_types.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace concordat {
namespace {

static_assert(!std::is_convertible_v<LeafIndex, TreeSize>);
static_assert(!std::is_convertible_v<TreeSize, LeafIndex>);
static_assert(!std::is_convertible_v<uint64_t, LeafIndex>);
static_assert(!std::is_convertible_v<LeafIndex, uint64_t>);

TEST(LogTypesTest, CompareByValue) {
  EXPECT_TRUE(LeafIndex{1} == LeafIndex{1} && LeafIndex{1} != LeafIndex{2});
  EXPECT_TRUE(LeafIndex{1} < LeafIndex{2} && LeafIndex{1} <= LeafIndex{1});
  EXPECT_TRUE(TreeSize{2} > TreeSize{1} && TreeSize{2} >= TreeSize{2});
  EXPECT_FALSE(TreeSize{1} > TreeSize{1} || LeafIndex{1} < LeafIndex{1});
}

TEST(LogTypesTest, TheEmptyTreeCoversNoLeaf) {
  EXPECT_FALSE(Covers(TreeSize{0}, LeafIndex{0}));
  EXPECT_TRUE(Covers(TreeSize{1}, LeafIndex{0}));
  EXPECT_FALSE(Covers(TreeSize{1}, LeafIndex{1}));
}

TEST(LogTypesTest, TheSmallestTreeOfALeafEndsWithIt) {
  for (const uint64_t i : {uint64_t{0}, uint64_t{255}, std::numeric_limits<uint64_t>::max() - 1}) {
    EXPECT_TRUE(Covers(SizeThrough(LeafIndex{i}), LeafIndex{i}));
    EXPECT_FALSE(Covers(TreeSize{SizeThrough(LeafIndex{i}).value - 1}, LeafIndex{i}));
  }
}

}  // namespace
}  // namespace concordat
