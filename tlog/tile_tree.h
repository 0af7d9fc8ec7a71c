// The log's tree, kept as tiles: grows at the right edge, and proves anything of the past from
// tiles alone.
#ifndef CONCORDAT_TLOG_TILE_TREE_H_
#define CONCORDAT_TLOG_TILE_TREE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "tlog/merkle.h"
#include "tlog/tiles.h"

namespace concordat::tlog {

// Reads one stored tile, which may be wider than the tree asked about. Its errors are passed on.
using ReadTile = absl::FunctionRef<absl::StatusOr<std::string>(TileId)>;

// In memory: the right edge only (at most one partial tile a level, 64 KiB in all). Copies are
// independent, so a batch grows a copy and keeps it only when it is durable. Not thread-safe.
class TileTree {
 public:
  TileTree() = default;  // The empty tree.

  // Reads at most one tile a level: O(log256 size). DATA_LOSS when a tile is shorter than the size
  // demands.
  static absl::StatusOr<TileTree> Load(TreeSize size, ReadTile read_tile);

  void Append(const crypto::Digest& leaf_hash);
  TreeSize size() const { return range_.size(); }
  crypto::Digest Root() const { return range_.Root(); }

  // The tiles that changed since the last call (or Load), whole as they now are. Writing them over
  // the stored ones makes the stored tree this one.
  std::map<TileId, std::string> TakeChangedTiles();

 private:
  CompactRange range_;
  std::vector<std::string>
      edge_;  // By tile level: the partial tile's bytes, shorter than a full tile.
  std::map<TileId, std::string> full_;  // Filled since TakeChangedTiles.
  std::vector<bool> edge_changed_;
};

// The root of the tree at any size not above what is stored. EmptyRoot() for 0.
absl::StatusOr<crypto::Digest> RootAt(TreeSize size, ReadTile read_tile);

// RFC 6962 section 2.1.1 and 2.1.2. OUT_OF_RANGE when index >= size, or old_size > new_size. The
// consistency proof is empty from size 0 and between equal sizes. The caller bounds `size` by the
// stored tree.
absl::StatusOr<std::vector<crypto::Digest>> InclusionProof(LeafIndex index, TreeSize size,
                                                           ReadTile read_tile);
absl::StatusOr<std::vector<crypto::Digest>> ConsistencyProof(TreeSize old_size, TreeSize new_size,
                                                             ReadTile read_tile);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_TILE_TREE_H_
