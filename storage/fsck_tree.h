// The tree of a stored log, grown again from its entries and held against each stored tile.
// Internal to storage/; not thread-safe.
#ifndef CONCORDAT_STORAGE_FSCK_TREE_H_
#define CONCORDAT_STORAGE_FSCK_TREE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "storage/fsck_key_chain.h"
#include "storage/reader.h"
#include "tlog/tile_tree.h"
#include "tlog/tiles.h"

namespace concordat::storage {

// Errors are DATA_LOSS findings, or those of reading.
class TreeCheck {
 public:
  // Both outlive it.
  TreeCheck(const Reader& reader, const KeyChain& keys) : reader_(reader), keys_(keys) {}

  // The next entry's stored bytes. Where its hash is not the stored one, names the entry or the
  // tile: whichever is not what a signed checkpoint covers.
  absl::Status Add(std::string_view stored);

  // The tiles at the right edge, and that there are no others.
  absl::Status Finish();

  TreeSize size() const { return tree_.size(); }
  crypto::Digest Root() const { return tree_.Root(); }
  uint64_t tiles() const { return tiles_; }  // That were compared.

 private:
  absl::Status CompareTile(tlog::TileId tile, const std::string& derived);
  absl::Status CompareFullTiles();
  absl::Status Blame(LeafIndex index, const crypto::Digest& hashed, const crypto::Digest& stored);
  absl::Status CheckNoOtherTiles() const;

  const Reader& reader_;
  const KeyChain& keys_;
  tlog::TileTree tree_;
  std::string leaf_tile_;                     // As stored: the one that the next leaf belongs to.
  std::map<tlog::TileId, std::string> open_;  // Derived, not full yet.
  uint64_t tiles_ = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_TREE_H_
