// What was deleted, made to be gone from the files: RocksDB keeps a deleted value until a
// compaction happens to pass, and in its write-ahead log and manifest for longer.
//
// Not from the disk's own blocks: what a file system or a drive does with those of a deleted file
// is its business, so what must be destroyed is a key, and the disk is to be encrypted. Thread-safe
// beside the writer.
#ifndef CONCORDAT_STORAGE_PURGE_H_
#define CONCORDAT_STORAGE_PURGE_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"

namespace concordat::storage {

// Everything committed before the call and deleted again is in no file when it returns OK: waits
// for the readers of an older state, writes out every memtable (so the write-ahead log behind them
// goes), rewrites each family that may hold personal data or what was derived from it, deletes the
// old files, and drops the blocks that are cached. Repeating it does no harm; a crash in between
// loses nothing but the work. UNAVAILABLE when a reader keeps an old state for longer than
// kPurgeWaitSeconds, or storage fails.
absl::Status Purge(Database& database);

// The names of the files that hold entries of the log at present: what they say, they say for ever.
absl::StatusOr<std::set<std::string>> LogFiles(const Database& database);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_PURGE_H_
