// A log's data directory opened read-only, for offline verification: closed, or running in another
// process (then the state at the moment of opening). Nothing is written and no lock is taken.
// Trusts nothing: the caller verifies. Thread-safe.
#ifndef CONCORDAT_STORAGE_LOG_VIEW_H_
#define CONCORDAT_STORAGE_LOG_VIEW_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "storage/reader.h"
#include "tlog/tiles.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

class Database;

class LogView {
 public:
  struct Head {
    TreeSize tree_size;
    std::string checkpoint;  // As stored: unverified.
  };

  // NOT_FOUND when the directory holds no log; UNAVAILABLE when a running log changed its files
  // meanwhile (try again).
  static absl::StatusOr<std::unique_ptr<LogView>> Open(const std::string& data_dir,
                                                       rocksdb::Env* env = nullptr);
  ~LogView();

  // DATA_LOSS when there is no checkpoint.
  absl::StatusOr<Head> ReadHead() const;
  // As AuditLog's, but NOT_FOUND for an entry that is not there.
  absl::StatusOr<std::string> ReadEntry(LeafIndex index) const;
  absl::Status ScanEntries(LeafIndex first, LeafIndex end,
                           absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) const;
  absl::StatusOr<std::string> CheckpointAt(TreeSize size) const;
  // Every stored checkpoint, by ascending size.
  absl::Status ScanCheckpoints(absl::FunctionRef<bool(TreeSize, std::string_view)> visit) const;
  // The newest checkpoint that is kept with witnesses' cosignatures; NOT_FOUND when there is none.
  absl::StatusOr<std::string> ReadPublished() const;
  // DATA_LOSS, naming the tile, when it is missing.
  absl::StatusOr<std::string> ReadTile(tlog::TileId tile) const;
  const Reader& reader() const;

 private:
  explicit LogView(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_LOG_VIEW_H_
