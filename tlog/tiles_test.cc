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

}  // namespace
}  // namespace concordat::tlog
