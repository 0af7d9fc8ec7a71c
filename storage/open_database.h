// One opening of the RocksDB files: the database and its families. Internal to storage/;
// thread-safe.
#ifndef CONCORDAT_STORAGE_OPEN_DATABASE_H_
#define CONCORDAT_STORAGE_OPEN_DATABASE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"
#include "rocksdb/slice.h"
#include "rocksdb/status.h"
#include "storage/reader.h"

namespace concordat::storage {

// NOT_FOUND, DATA_LOSS (corruption), RESOURCE_EXHAUSTED "log storage: got no space left..., want
// ..." (full disk), or UNAVAILABLE for any other failure.
absl::Status FromRocksStatus(const rocksdb::Status& status);

inline rocksdb::Slice ToSlice(std::string_view view) { return {view.data(), view.size()}; }
inline std::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// Visits begin <= key < end of an iterator; empty `end` is no bound.
absl::Status VisitRange(rocksdb::Iterator& iterator, std::string_view begin, std::string_view end,
                        Reader::Visit visit);

class OpenDatabase {
 public:
  // Beyond this the next change of the files begins a new manifest. Small, so that a purge can
  // bring that about: an old manifest goes on naming the first and last keys of files that were
  // deleted.
  static constexpr size_t kManifestBytesMax = size_t{16} << 10;

  enum class Mode { kCreateOrOpen, kReadOnly };
  static absl::StatusOr<std::shared_ptr<const OpenDatabase>> Open(const std::string& data_dir,
                                                                  rocksdb::Env* env, Mode mode);
  ~OpenDatabase();
  OpenDatabase(const OpenDatabase&) = delete;
  OpenDatabase& operator=(const OpenDatabase&) = delete;

  rocksdb::DB* db() const { return db_.get(); }
  // Null only where a database that an earlier build wrote is opened read-only, of a family that it
  // hasn't got.
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }

  // Lets go of every block in memory that no read is using.
  void DropCachedBlocks() const { cache_->EraseUnRefEntries(); }

  // `snapshot` null: what is committed now.
  absl::StatusOr<std::string> Get(Family family, std::string_view key,
                                  const rocksdb::Snapshot* snapshot) const;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    const rocksdb::Snapshot* snapshot, Reader::Visit visit) const;

  // Notified once the files are closed; outlives this object.
  std::shared_ptr<absl::Notification> closed() const { return closed_; }

 private:
  OpenDatabase();

  std::shared_ptr<absl::Notification> closed_ = std::make_shared<absl::Notification>();
  const std::shared_ptr<rocksdb::Cache> cache_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // In the order of Family.
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_OPEN_DATABASE_H_
