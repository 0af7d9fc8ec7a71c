// Reading the log's own families through any Reader: what AuditLog and LogView share. Internal to
// storage/; thread-safe.
#ifndef CONCORDAT_STORAGE_LOG_READS_H_
#define CONCORDAT_STORAGE_LOG_READS_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "storage/reader.h"
#include "tlog/tiles.h"

namespace concordat::storage {

// NOT_FOUND when there is no such entry; otherwise as Reader::Get.
absl::StatusOr<std::string> ReadLogEntry(const Reader& reader, LeafIndex index);

// Entries [first, end) in order, until `visit` returns false. DATA_LOSS, naming the index, for a
// missing one.
absl::Status ScanLogEntries(const Reader& reader, LeafIndex first, LeafIndex end,
                            absl::FunctionRef<bool(LeafIndex, std::string_view)> visit);

// DATA_LOSS, naming the tile, when it is missing.
absl::StatusOr<std::string> ReadStoredTile(const Reader& reader, tlog::TileId tile);

// NOT_FOUND when no batch ended at this size.
absl::StatusOr<std::string> ReadCheckpoint(const Reader& reader, TreeSize size);

// All stored checkpoints of at least `from`, by ascending size.
absl::Status ScanStoredCheckpoints(const Reader& reader, TreeSize from,
                                   absl::FunctionRef<bool(TreeSize, std::string_view)> visit);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_LOG_READS_H_
