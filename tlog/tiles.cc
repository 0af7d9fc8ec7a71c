#include "tlog/tiles.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {
namespace {

// How many hashes a level has in all.
uint64_t HashesAtLevel(uint32_t level, TreeSize size) {
  return level < kTileLevelsMax ? size.value >> (kTileHeight * level) : 0;
}

constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kEntriesPrefix = "tile/entries/";
constexpr std::string_view kPartial = ".p/";

std::string IndexAndWidth(uint64_t index, uint32_t width) {
  std::string number = absl::StrFormat("%03d", index % 1000);
  for (uint64_t rest = index / 1000; rest > 0; rest /= 1000) {
    number = absl::StrFormat("x%03d/%s", rest % 1000, number);
  }
  return width == kTileWidth ? number : StrCat(number, kPartial, width);
}

bool ParseBelow(std::string_view text, uint32_t bound, uint32_t* value) {
  const std::optional<uint64_t> number = ParseDecimal(text);
  if (!number.has_value() || *number >= bound) return false;
  *value = static_cast<uint32_t>(*number);
  return true;
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
  return StrCat(kTilePrefix, tile.level, "/", IndexAndWidth(tile.index, width));
}

std::string EntriesPath(uint64_t index, uint32_t width) {
  return StrCat(kEntriesPrefix, IndexAndWidth(index, width));
}

std::optional<TileResource> ParseTilePath(std::string_view path) {
  TileResource resource = {false, {0, 0}, kTileWidth};
  std::string_view rest = path;
  if (TakePrefix(&rest, kEntriesPrefix)) {
    resource.entries = true;
  } else {
    const size_t slash = rest.find('/', kTilePrefix.size());
    if (!TakePrefix(&rest, kTilePrefix) || slash == path.npos) return std::nullopt;
    if (!ParseBelow(path.substr(kTilePrefix.size(), slash - kTilePrefix.size()), kTileLevelsMax,
                    &resource.tile.level)) {
      return std::nullopt;
    }
    rest = path.substr(slash + 1);
  }
  if (const size_t partial = rest.find(kPartial); partial != rest.npos) {
    if (!ParseBelow(rest.substr(partial + kPartial.size()), kTileWidth, &resource.width) ||
        resource.width == 0) {
      return std::nullopt;
    }
    rest = rest.substr(0, partial);
  }
  // The digits alone; where they stood, the comparison below tells.
  std::string digits;
  std::copy_if(rest.begin(), rest.end(), std::back_inserter(digits), absl::ascii_isdigit);
  if (!absl::SimpleAtoi(digits, &resource.tile.index)) return std::nullopt;
  const std::string canonical = resource.entries ? EntriesPath(resource.tile.index, resource.width)
                                                 : TilePath(resource.tile, resource.width);
  if (path != canonical) return std::nullopt;
  return resource;
}

}  // namespace concordat::tlog
