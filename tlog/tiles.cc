#include "tlog/tiles.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"

namespace concordat::tlog {
namespace {

// How many hashes a level has in all.
uint64_t HashesAtLevel(uint32_t level, TreeSize size) {
  return level < kTileLevelsMax ? size.value >> (kTileHeight * level) : 0;
}

}  // namespace

uint32_t TileWidthAt(TileId tile, TreeSize size) {
  const uint64_t hashes = HashesAtLevel(tile.level, size);
  const uint64_t full_tiles = hashes >> kTileHeight;
  if (tile.index < full_tiles) return kTileWidth;
  return tile.index == full_tiles ? static_cast<uint32_t>(hashes & (kTileWidth - 1)) : 0;
}

TileId EdgeTile(uint32_t level, TreeSize size) {
  return {level, HashesAtLevel(level, size) >> kTileHeight};
}

TileSlice SliceOfNode(uint32_t node_level, uint64_t node_index) {
  const uint32_t height_in_tile = node_level % kTileHeight;
  const uint64_t first = node_index << height_in_tile;
  return {{node_level / kTileHeight, first >> kTileHeight},
          static_cast<uint32_t>(first & (kTileWidth - 1)),
          1u << height_in_tile};
}

absl::StatusOr<crypto::Digest> HashOfSlice(std::string_view tile_bytes, uint32_t first,
                                           uint32_t count) {
  CONCORDAT_CHECK(count > 0 && (count & (count - 1)) == 0);
  const size_t want = (size_t{first} + count) * kHashBytes;
  if (tile_bytes.size() % kHashBytes != 0 || tile_bytes.size() < want) {
    return absl::DataLossError(
        StrCat("tile: got ", tile_bytes.size(), " bytes, want whole hashes, at least ", want));
  }
  std::vector<crypto::Digest> hashes(count);
  for (uint32_t i = 0; i < count; ++i) {
    const std::string_view bytes = tile_bytes.substr((first + i) * kHashBytes, kHashBytes);
    std::copy(bytes.begin(), bytes.end(), hashes[i].begin());
  }
  for (; count > 1; count /= 2) {
    for (uint32_t i = 0; i < count / 2; ++i) {
      hashes[i] = NodeHash(hashes[2 * i], hashes[2 * i + 1]);
    }
  }
  return hashes[0];
}

std::string TilePath(TileId tile, uint32_t width) {
  std::string number = absl::StrFormat("%03d", tile.index % 1000);
  for (uint64_t rest = tile.index / 1000; rest > 0; rest /= 1000) {
    number = absl::StrFormat("x%03d/%s", rest % 1000, number);
  }
  const std::string path = StrCat("tile/", tile.level, "/", number);
  return width == kTileWidth ? path : StrCat(path, ".p/", width);
}

}  // namespace concordat::tlog
