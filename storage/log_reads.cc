#include "storage/log_reads.h"

#include <cstdint>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"

namespace concordat::storage {

absl::StatusOr<std::string> ReadLogEntry(const Reader& reader, LeafIndex index) {
  absl::StatusOr<std::string> entry = reader.Get(Family::kLog, LogKey(index));
  if (absl::IsNotFound(entry.status())) {
    return absl::NotFoundError(StrCat("log entry ", index.value, ": got none"));
  }
  return entry;
}

absl::Status ScanLogEntries(const Reader& reader, LeafIndex first, LeafIndex end,
                            absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) {
  uint64_t next = first.value;
  bool stopped = false;
  if (first >= end) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(Family::kLog, LogKey(first), LogKey(end),
                                        [&](std::string_view key, std::string_view entry) {
                                          if (key != LogKey(LeafIndex{next})) return false;
                                          stopped = !visit(LeafIndex{next}, entry);
                                          ++next;
                                          return !stopped;
                                        }));
  if (!stopped && next != end.value) {
    return absl::DataLossError(StrCat("log entry ", next, ": got none, want it stored"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadStoredTile(const Reader& reader, tlog::TileId tile) {
  absl::StatusOr<std::string> bytes = reader.Get(Family::kTiles, TileKey(tile));
  if (absl::IsNotFound(bytes.status())) {
    return absl::DataLossError(
        StrCat("tile ", tile.level, "/", tile.index, ": got none, want it stored"));
  }
  return bytes;
}

absl::StatusOr<std::string> ReadCheckpoint(const Reader& reader, TreeSize size) {
  absl::StatusOr<std::string> note = reader.Get(Family::kCheckpoints, CheckpointKey(size));
  if (absl::IsNotFound(note.status())) {
    return absl::NotFoundError(
        StrCat("tree size ", size.value, ": got none signed, want the size at the end of a batch"));
  }
  return note;
}

absl::Status ScanStoredCheckpoints(const Reader& reader, TreeSize from,
                                   absl::FunctionRef<bool(TreeSize, std::string_view)> visit) {
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(Family::kCheckpoints, CheckpointKey(from), "",
                                        [&](std::string_view key, std::string_view note) {
                                          const absl::StatusOr<uint64_t> size = DecodeUint64(key);
                                          damage = size.status();
                                          return damage.ok() && visit(TreeSize{*size}, note);
                                        }));
  return damage;
}

}  // namespace concordat::storage
