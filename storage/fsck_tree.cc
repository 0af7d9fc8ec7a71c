#include "storage/fsck_tree.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/fsck_finding.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

using crypto::Digest;

std::string Name(tlog::TileId tile) {
  return StrCat("tile level ", tile.level, " index ", tile.index);
}

absl::StatusOr<std::string> StoredTile(const Reader& reader, tlog::TileId tile) {
  absl::StatusOr<std::string> bytes = reader.Get(Family::kTiles, TileKey(tile));
  if (absl::IsNotFound(bytes.status())) return Finding(Name(tile), "none", "it stored");
  return bytes;
}

// The level and index that a stored key names; nullopt when it is no tile's key.
std::optional<tlog::TileId> TileOfKey(std::string_view key) {
  if (key.empty()) return std::nullopt;
  const absl::StatusOr<uint64_t> index = DecodeUint64(key.substr(1));
  if (!index.ok()) return std::nullopt;
  const tlog::TileId tile{static_cast<uint8_t>(key[0]), *index};
  if (tile.level >= tlog::kTileLevelsMax) return std::nullopt;
  return tile;
}

}  // namespace

absl::Status TreeCheck::Add(std::string_view stored) {
  const LeafIndex index{tree_.size().value};
  const tlog::TileSlice place = tlog::SliceOfNode(0, index.value);
  if (place.first == 0) {
    CONCORDAT_ASSIGN_OR_RETURN(leaf_tile_, StoredTile(reader_, place.tile));
  }
  if (leaf_tile_.size() < (place.first + 1) * tlog::kHashBytes) {
    return Finding(Name(place.tile), StrCat(leaf_tile_.size(), " bytes"),
                   StrCat("the hash of entry ", index.value, " in it"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      const Digest want,
      crypto::DigestFromBytes(
          std::string_view(leaf_tile_).substr(place.first * tlog::kHashBytes, tlog::kHashBytes)));
  const Digest hashed = tlog::LeafHash(stored);
  if (hashed != want) return Blame(index, hashed, want);
  tree_.Append(hashed);
  return place.first + 1 == tlog::kTileWidth ? CompareFullTiles() : absl::OkStatus();
}

absl::Status TreeCheck::CompareFullTiles() {
  for (auto& [tile, bytes] : tree_.TakeChangedTiles()) open_[tile] = bytes;
  for (auto tile = open_.begin(); tile != open_.end();) {
    const bool full = tile->second.size() == tlog::kTileWidth * tlog::kHashBytes;
    if (full) CONCORDAT_RETURN_IF_ERROR(CompareTile(tile->first, tile->second));
    tile = full ? open_.erase(tile) : std::next(tile);
  }
  return absl::OkStatus();
}

absl::Status TreeCheck::CompareTile(tlog::TileId tile, const std::string& derived) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string stored, StoredTile(reader_, tile));
  ++tiles_;
  if (stored == derived) return absl::OkStatus();
  if (stored.size() != derived.size()) {
    return Finding(Name(tile), StrCat(stored.size(), " bytes"), StrCat(derived.size()));
  }
  const auto differs = std::mismatch(derived.begin(), derived.end(), stored.begin()).first;
  return Finding(Name(tile),
                 StrCat("another hash ", (differs - derived.begin()) / tlog::kHashBytes),
                 "the one that the entries give");
}

// The signed checkpoint next in size proves one of the two hashes; siblings come from stored tiles,
// so where those are damaged as well it may prove neither.
absl::Status TreeCheck::Blame(LeafIndex index, const Digest& hashed, const Digest& stored) {
  const std::string entry = StrCat("entry ", index.value);
  const std::string differs = StrCat("bytes of leaf hash ", Base64(hashed));
  const std::string in_tile =
      StrCat(Base64(stored), " as in ", Name(tlog::SliceOfNode(0, index.value).tile));
  std::string note;
  CONCORDAT_RETURN_IF_ERROR(
      ScanStoredCheckpoints(reader_, SizeThrough(index), [&](TreeSize, std::string_view bytes) {
        note = std::string(bytes);
        return false;
      }));
  const std::vector<crypto::NoteVerifier> trusted = keys_.Trusted();
  const absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::OpenCheckpoint(note, trusted);
  if (!checkpoint.ok()) return Finding(entry, differs, in_tile);
  const auto proof = tlog::InclusionProof(
      index, checkpoint->size, [this](tlog::TileId tile) { return StoredTile(reader_, tile); });
  if (!proof.ok()) return Finding(entry, differs, in_tile);
  const auto proven = [&](const Digest& leaf) {
    return tlog::VerifyInclusion(index, checkpoint->size, leaf, *proof, checkpoint->root).ok();
  };
  const std::string signed_for = StrCat("the checkpoint of size ", checkpoint->size.value);
  if (proven(hashed)) {
    const tlog::TileSlice place = tlog::SliceOfNode(0, index.value);
    return Finding(Name(place.tile), StrCat("another hash ", place.first),
                   StrCat("that of entry ", index.value, ", which ", signed_for, " proves"));
  }
  return Finding(entry, differs,
                 proven(stored) ? StrCat(in_tile, ", which ", signed_for, " proves") : in_tile);
}

absl::Status TreeCheck::Finish() {
  for (auto& [tile, bytes] : tree_.TakeChangedTiles()) open_[tile] = bytes;
  for (const auto& [tile, bytes] : open_) CONCORDAT_RETURN_IF_ERROR(CompareTile(tile, bytes));
  return CheckNoOtherTiles();
}

absl::Status TreeCheck::CheckNoOtherTiles() const {
  absl::Status other;
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(Family::kTiles, "", "", [&](std::string_view key, std::string_view) {
        const std::optional<tlog::TileId> tile = TileOfKey(key);
        if (!tile.has_value()) {
          other = Finding("tiles", StrCat("a record under ", Hex(key)), "none: it names no tile");
        } else if (tlog::TileWidthAt(*tile, size()) == 0) {
          other =
              Finding(Name(*tile), "one stored", StrCat("none in a tree of size ", size().value));
        }
        return other.ok();
      }));
  return other;
}

}  // namespace concordat::storage
