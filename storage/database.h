// RocksDB as the rest of storage/ uses it: the families, synced writes, and a way back after a
// failed write. Internal to storage/. Thread-safe, except that only one thread may call Write and
// Reopen.
//
// A write that failed may yet stand in RocksDB's write-ahead log, wholly or torn, and RocksDB 7.8's
// own Resume neither leaves that file behind nor always accepts writes again (facebook/rocksdb
// issues 11643, 12998 and 12873). So after a failed write nothing more is written until Reopen,
// which reads back what is on disk, as after a crash.
#ifndef CONCORDAT_STORAGE_DATABASE_H_
#define CONCORDAT_STORAGE_DATABASE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "rocksdb/write_batch.h"
#include "storage/open_database.h"
#include "storage/reader.h"

namespace concordat::storage {

class Database final : public Reader {
 public:
  // Locks the directory for as long as the object lives. FAILED_PRECONDITION when it is locked
  // already.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& data_dir,
                                                        rocksdb::Env* env);
  // Takes no lock and writes nothing. NOT_FOUND when there is no database.
  static absl::StatusOr<std::unique_ptr<Database>> OpenReadOnly(const std::string& data_dir,
                                                                rocksdb::Env* env);
  ~Database() override;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // What is committed at the moment of each call. UNAVAILABLE while it is closed because a Reopen
  // failed.
  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override;

  // NOT_FOUND when the family is empty.
  absl::StatusOr<std::string> LastKey(Family family) const;

  // What is committed now, for as long as the reader lives; after a Reopen it answers UNAVAILABLE.
  std::unique_ptr<Reader> Snapshot() const;

  // Kept by who reads for a while on the writer's thread. A Reopen waits for it.
  absl::StatusOr<std::shared_ptr<const OpenDatabase>> Acquire() const;

  // Waits, at most so long, until no snapshot is held of what was committed before now. False when
  // one still is.
  bool AwaitOldSnapshots(absl::Duration patience) const;

  // Durable on OK. RESOURCE_EXHAUSTED for a full disk, UNAVAILABLE otherwise: the outcome is
  // unknown until Reopen.
  absl::Status Write(rocksdb::WriteBatch* batch);

  // First finds out whether kStorageProbeBytes can be written, so that reads go on while they
  // can't; then waits for running reads, closes and opens again. On an error after that it stays
  // closed until a later call succeeds.
  absl::Status Reopen();

  const std::string& data_dir() const { return data_dir_; }
  rocksdb::Env* env() const { return env_; }

 private:
  class Pinned;
  class SnapshotReader;

  Database(std::string data_dir, rocksdb::Env* env);

  absl::Status OpenFiles(OpenDatabase::Mode mode);
  absl::Status ProbeSpace() const;
  void Close();

  const std::string data_dir_;
  rocksdb::Env* const env_;
  rocksdb::FileLock* lock_ = nullptr;
  bool write_failed_ = false;  // The writer's thread only.

  mutable absl::Mutex mutex_;
  std::shared_ptr<const OpenDatabase> open_ ABSL_GUARDED_BY(mutex_);
  mutable std::map<const SnapshotReader*, std::shared_ptr<const Pinned>> snapshots_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_DATABASE_H_
