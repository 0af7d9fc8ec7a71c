// Geometry of C2SP tlog-tiles (c2sp.org/tlog-tiles), tile height 8: which tile holds which hash.
// Pure and thread-safe.
//
// Tile (level, index) holds the hashes of the tree nodes (8 * level, 256 * index .. 256 * index +
// width - 1), 32 bytes each. A tile is full at width 256; the last tile of a level may be partial.
// Hashes are only ever added at its end, so a tile stored for a larger tree begins with the tile of
// every smaller one.
#ifndef CONCORDAT_TLOG_TILES_H_
#define CONCORDAT_TLOG_TILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/sha256.h"

namespace concordat::tlog {

inline constexpr int kTileHeight = 8;
inline constexpr uint32_t kTileWidth = 1u << kTileHeight;
inline constexpr uint32_t kTileLevelsMax = 8;  // 64-bit sizes.
inline constexpr size_t kHashBytes = 32;

struct TileId {
  uint32_t level;  // 0 .. kTileLevelsMax - 1.
  uint64_t index;  // From 0.
  friend bool operator==(TileId a, TileId b) { return a.level == b.level && a.index == b.index; }
  friend bool operator<(TileId a, TileId b) {
    return a.level != b.level ? a.level < b.level : a.index < b.index;
  }
};

// How many hashes the tile has in a tree of this size: 0 (it does not exist) to 256.
uint32_t TileWidthAt(TileId tile, TreeSize size);

// The last, partial tile of a level in a tree of this size; TileWidthAt is 0 when the level ends
// with a full one.
TileId EdgeTile(uint32_t level, TreeSize size);

// Where the hash of the complete subtree (node_level, node_index) is to be had: the tile, and the
// `count` hashes from `first` in it whose subtree it is. count is a power of two; 1 when the hash
// itself is stored.
struct TileSlice {
  TileId tile;
  uint32_t first;
  uint32_t count;
};
TileSlice SliceOfNode(uint32_t node_level, uint64_t node_index);

// The root of the complete subtree over hashes [first, first + count) of a tile's bytes; count a
// power of two. DATA_LOSS when the tile is not whole hashes or too short (got and want bytes).
absl::StatusOr<crypto::Digest> HashOfSlice(std::string_view tile_bytes, uint32_t first,
                                           uint32_t count);

// The specification's path: "tile/0/x001/x234/067" or, for width below 256,
// "tile/0/x001/x234/067.p/8".
std::string TilePath(TileId tile, uint32_t width);

// Of entry bundle `index` (tlog/entry_bundle.h): "tile/entries/x001/x234/067" or, for width below
// 256, "tile/entries/x001/x234/067.p/8".
std::string EntriesPath(uint64_t index, uint32_t width);

// What a path names: a tile, or the bundle of the entries of a level-0 tile.
struct TileResource {
  bool entries;
  TileId tile;
  uint32_t width;  // 1 to 256.
};

// Exactly what TilePath and EntriesPath give; nullopt for anything else, a level that no 64-bit
// tree has and a width that is none included.
std::optional<TileResource> ParseTilePath(std::string_view path);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_TILES_H_
