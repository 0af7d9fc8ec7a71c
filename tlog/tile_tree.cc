#include "tlog/tile_tree.h"

#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tlog {
namespace {

using crypto::Digest;

// Reads each tile once, however many of its hashes a proof needs.
class TileCache {
 public:
  explicit TileCache(ReadTile read_tile) : read_tile_(read_tile) {}

  absl::StatusOr<Digest> NodeAt(uint32_t level, uint64_t index) {
    const TileSlice slice = SliceOfNode(level, index);
    auto tile = tiles_.find(slice.tile);
    if (tile == tiles_.end()) {
      CONCORDAT_ASSIGN_OR_RETURN(std::string bytes, read_tile_(slice.tile));
      tile = tiles_.emplace(slice.tile, std::move(bytes)).first;
    }
    return HashOfSlice(tile->second, slice.first, slice.count);
  }

  // The MTH of a range as RFC 6962 splits a tree: its complete subtrees, largest first, folded from
  // the right.
  absl::StatusOr<Digest> HashOf(SubtreeRange range) {
    std::vector<Digest> peaks;
    uint64_t position = range.begin;
    for (uint32_t level = 64; level-- > 0;) {
      if (((range.end - range.begin) >> level & 1) == 0) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const Digest peak, NodeAt(level, position >> level));
      peaks.push_back(peak);
      position += uint64_t{1} << level;
    }
    CONCORDAT_ASSIGN_OR_RETURN(
        const CompactRange folded,
        CompactRange::FromPeaks(TreeSize{range.end - range.begin}, std::move(peaks)));
    return folded.Root();
  }

  absl::StatusOr<std::vector<Digest>> HashesOf(const std::vector<SubtreeRange>& path) {
    std::vector<Digest> proof;
    proof.reserve(path.size());
    for (const SubtreeRange& range : path) {
      CONCORDAT_ASSIGN_OR_RETURN(const Digest hash, HashOf(range));
      proof.push_back(hash);
    }
    return proof;
  }

 private:
  ReadTile read_tile_;
  std::map<TileId, std::string> tiles_;
};

}  // namespace

absl::StatusOr<TileTree> TileTree::Load(TreeSize size, ReadTile read_tile) {
  TileTree tree;
  std::vector<Digest> peaks;
  uint32_t levels = 0;
  while (levels < kTileLevelsMax && size.value >> (kTileHeight * levels) != 0) ++levels;
  tree.edge_.resize(levels);
  tree.edge_changed_.resize(levels);
  for (uint32_t level = levels; level-- > 0;) {
    const TileId id = EdgeTile(level, size);
    const uint32_t width = TileWidthAt(id, size);
    if (width == 0) continue;
    CONCORDAT_ASSIGN_OR_RETURN(std::string bytes, read_tile(id));
    uint32_t first = 0;
    for (uint32_t count = kTileWidth / 2; count > 0; count /= 2) {
      if ((width & count) == 0) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const Digest peak, HashOfSlice(bytes, first, count));
      peaks.push_back(peak);
      first += count;
    }
    bytes.resize(width * kHashBytes);
    tree.edge_[level] = std::move(bytes);
  }
  CONCORDAT_ASSIGN_OR_RETURN(tree.range_, CompactRange::FromPeaks(size, std::move(peaks)));
  return tree;
}

void TileTree::Append(const Digest& leaf_hash) {
  const TreeSize before = size();
  range_.Append(leaf_hash);
  Digest hash = leaf_hash;
  for (uint32_t level = 0;; ++level) {
    if (level == edge_.size()) {
      edge_.emplace_back();
      edge_changed_.push_back(false);
    }
    std::string& tile = edge_[level];
    tile.append(crypto::AsBytes(hash));
    edge_changed_[level] = true;
    if (tile.size() < kTileWidth * kHashBytes) return;
    const absl::StatusOr<Digest> root = HashOfSlice(tile, 0, kTileWidth);
    CONCORDAT_CHECK(root.ok());
    hash = *root;
    full_[EdgeTile(level, before)] = std::move(tile);
    tile.clear();
    edge_changed_[level] = false;
  }
}

std::map<TileId, std::string> TileTree::TakeChangedTiles() {
  std::map<TileId, std::string> changed = std::move(full_);
  full_.clear();
  for (uint32_t level = 0; level < edge_.size(); ++level) {
    if (edge_changed_[level]) changed[EdgeTile(level, size())] = edge_[level];
    edge_changed_[level] = false;
  }
  return changed;
}

absl::StatusOr<Digest> RootAt(TreeSize size, ReadTile read_tile) {
  if (size.value == 0) return EmptyRoot();
  return TileCache(read_tile).HashOf({0, size.value});
}

absl::StatusOr<std::vector<Digest>> InclusionProof(LeafIndex index, TreeSize size,
                                                   ReadTile read_tile) {
  if (!Covers(size, index)) {
    return absl::OutOfRangeError(
        StrCat("leaf index: got ", index.value, ", want below the tree size ", size.value));
  }
  return TileCache(read_tile).HashesOf(InclusionPath(index, size));
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(TreeSize old_size, TreeSize new_size,
                                                     ReadTile read_tile) {
  if (old_size > new_size) {
    return absl::OutOfRangeError(StrCat("old tree size: got ", old_size.value,
                                        ", want at most the new one, ", new_size.value));
  }
  return TileCache(read_tile).HashesOf(ConsistencyPath(old_size, new_size));
}

}  // namespace concordat::tlog
