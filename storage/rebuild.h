// Projections dropped and folded again from the log (R5), offline.
#ifndef CONCORDAT_STORAGE_REBUILD_H_
#define CONCORDAT_STORAGE_REBUILD_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/vault.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

struct RebuildOptions {
  std::string data_dir;
  const Vault* vault = nullptr;
  std::function<void(uint64_t)> progress;  // Called with the number of entries; may be empty.
  rocksdb::Env* env = nullptr;  // For tests; not owned. The operating system's when null.
};

// Writes every family of kProjections anew and touches no other. How many records it wrote.
//
// All entries are folded in memory first (storage/refold.h has how much), so a log that does not
// fold leaves the directory as it was. Then one synced write drops the old records and sets a
// marker, bounded writes follow, and the last one takes the marker away. While it stands, AuditLog
// refuses to open with FAILED_PRECONDITION, and a later call begins again from the entries: nothing
// that a crash leaves is used.
//
// Trusts entries, sealed parts and keys as they are stored: run Fsck before.
//   NOT_FOUND            the directory holds no log
//   FAILED_PRECONDITION  it is open elsewhere
//   DATA_LOSS            an entry that contradicts those before it, or a part that does not open
absl::StatusOr<uint64_t> RebuildProjections(const RebuildOptions& options);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_REBUILD_H_
