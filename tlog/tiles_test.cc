#include "tlog/tiles.h"

#include <string>

#include "gtest/gtest.h"
#include "tlog/merkle.h"

namespace concordat::tlog {
namespace {

std::string TileOf(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const crypto::Digest hash = LeafHash(std::string(1, static_cast<char>(i)));
    bytes += crypto::AsBytes(hash);
  }
  return bytes;
}

TEST(TilesTest, RefusesATileThatIsTooShortOrNotWholeHashes) {
  const std::string tile = TileOf(4);
  EXPECT_EQ(HashOfSlice(tile, 4, 1).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(HashOfSlice(tile, 2, 4).status().message(),
            "tile: got 128 bytes, want whole hashes, at least 192");
  EXPECT_FALSE(HashOfSlice(tile + "x", 0, 1).ok());
  EXPECT_FALSE(HashOfSlice("", 0, 1).ok());
}

TEST(TilesTest, WritesThePathsOfTheSpecification) {
  EXPECT_EQ(TilePath({0, 1234067}, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath({0, 1234067}, 8), "tile/0/x001/x234/067.p/8");
  EXPECT_EQ(TilePath({1, 273}, 1), "tile/1/273.p/1");
  EXPECT_EQ(TilePath({2, 0}, 256), "tile/2/000");
  EXPECT_EQ(TilePath({0, 1000}, 256), "tile/0/x001/000");
}

TEST(TilesTest, WidthsGrowWithTheTree) {
  // The example of the specification: a tree of size 70,000.
  const TreeSize size{70000};
  EXPECT_EQ(TileWidthAt({0, 272}, size), 256u);
  EXPECT_EQ(TileWidthAt({0, 273}, size), 112u);
  EXPECT_EQ(TileWidthAt({0, 274}, size), 0u);
  EXPECT_EQ(TileWidthAt({1, 0}, size), 256u);
  EXPECT_EQ(TileWidthAt({1, 1}, size), 17u);
  EXPECT_EQ(TileWidthAt({2, 0}, size), 1u);
  EXPECT_EQ(TileWidthAt({3, 0}, size), 0u);
}

TEST(TilesTest, AnEmptyTreeHasNoTiles) {
  for (uint32_t level = 0; level <= kTileLevelsMax; ++level) {
    EXPECT_EQ(TileWidthAt({level, 0}, TreeSize{0}), 0u);
  }
}

TEST(TilesTest, TheEdgeIsTheLastPartialTile) {
  EXPECT_EQ(EdgeTile(0, TreeSize{70000}), (TileId{0, 273}));
  EXPECT_EQ(EdgeTile(1, TreeSize{70000}), (TileId{1, 1}));
  EXPECT_EQ(TileWidthAt(EdgeTile(0, TreeSize{256}), TreeSize{256}), 0u);
}

TEST(TilesTest, FindsEachNodeInItsTile) {
  const TileSlice leaf = SliceOfNode(0, 300);
  EXPECT_EQ(leaf.tile, (TileId{0, 1}));
  EXPECT_EQ(leaf.first, 44u);
  EXPECT_EQ(leaf.count, 1u);
  const TileSlice inner = SliceOfNode(3, 33);
  EXPECT_EQ(inner.tile, (TileId{0, 1}));
  EXPECT_EQ(inner.first, 8u);
  EXPECT_EQ(inner.count, 8u);
  const TileSlice tile_root = SliceOfNode(8, 257);
  EXPECT_EQ(tile_root.tile, (TileId{1, 1}));
  EXPECT_EQ(tile_root.first, 1u);
  EXPECT_EQ(tile_root.count, 1u);
}

TEST(TilesTest, HashesASliceAsItsSubtree) {
  const std::string tile = TileOf(8);
  CompactRange range;
  for (int i = 4; i < 8; ++i) range.Append(LeafHash(std::string(1, static_cast<char>(i))));
  EXPECT_EQ(*HashOfSlice(tile, 4, 4), range.Root());
  EXPECT_EQ(*HashOfSlice(tile, 5, 1), LeafHash("\x05"));
}

TEST(TilesTest, RefusesPathsThatAreNotCanonical) {
  for (const std::string_view bad : {"",
                                     "tile",
                                     "tile/",
                                     "tile/0",
                                     "tile/0/",
                                     "tile/0/0",
                                     "tile/0/00",
                                     "tile/0/0000",
                                     "tile/00/000",
                                     "tile/8/000",
                                     "tile/-1/000",
                                     "tile/0/x000/000",
                                     "tile/0/001/000",
                                     "tile/0/x001/x000",
                                     "tile/0/x01/000",
                                     "tile/0/X001/000",
                                     "tile/0/000.p/0",
                                     "tile/0/000.p/256",
                                     "tile/0/000.p/08",
                                     "tile/0/000.p/",
                                     "tile/0/000.p",
                                     "tile/0/000.P/1",
                                     "tile/0/000/",
                                     "/tile/0/000",
                                     "tile//0/000",
                                     "tile/0/000.p/1/",
                                     "tile/0/000.p/1.p/1",
                                     "tile/entries",
                                     "tile/entries/",
                                     "tile/entries/0",
                                     "tile/entries/000.p/300",
                                     "tile/entries/0/000",
                                     "tile/entries/../000",
                                     "tile/0/x018/x446/x744/x073/x709/x551/616",
                                     "tile/0/000?",
                                     "checkpoint"}) {
    EXPECT_FALSE(ParseTilePath(bad).has_value()) << bad;
  }
  EXPECT_FALSE(ParseTilePath(std::string_view("tile/0/000\0", 11)).has_value());
}

TEST(TilesTest, ReadsThePathsThatItGives) {
  EXPECT_EQ(EntriesPath(1234067, 256), "tile/entries/x001/x234/067");
  EXPECT_EQ(EntriesPath(0, 8), "tile/entries/000.p/8");
  for (const uint64_t index : {uint64_t{0}, uint64_t{999}, uint64_t{1000}, uint64_t{1234067},
                               uint64_t{1} << 56, ~uint64_t{0}}) {
    for (const uint32_t width : {1u, 255u, 256u}) {
      const auto entries = ParseTilePath(EntriesPath(index, width));
      ASSERT_TRUE(entries.has_value()) << index;
      EXPECT_TRUE(entries->entries);
      EXPECT_EQ(entries->tile, (TileId{0, index}));
      EXPECT_EQ(entries->width, width);
      const auto tile = ParseTilePath(TilePath({7, index}, width));
      ASSERT_TRUE(tile.has_value()) << index;
      EXPECT_FALSE(tile->entries);
      EXPECT_EQ(tile->tile, (TileId{7, index}));
      EXPECT_EQ(tile->width, width);
    }
  }
}

}  // namespace
}  // namespace concordat::tlog
