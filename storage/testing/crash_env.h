// An in-memory operating system for tests, which forgets what was not synced, runs out of space, or
// fails to sync.
#ifndef CONCORDAT_STORAGE_TESTING_CRASH_ENV_H_
#define CONCORDAT_STORAGE_TESTING_CRASH_ENV_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "storage/testing/file_faults.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

// Thread-safe. What it models: bytes appended but not synced, and files created or renamed in a
// directory not synced, are lost by a crash; a write that exceeds the space is cut short.
class CrashEnv {
 public:
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

  CrashEnv();
  ~CrashEnv();

  // Not owned by the caller; lives as long as this.
  rocksdb::Env* env();

  // Which calls fail; above all else here.
  FileFaults& faults();

  // From now on nothing reaches the disk: every write fails. Whoever uses the env is then
  // destroyed, and Restart leaves what a power cut at the moment of Crash may have left: of each
  // file's unsynced bytes the first `kept_fraction` (0 to 1), as a torn write does.
  void Crash();
  // As Crash, in the middle of the write that exceeds so many more bytes.
  void CrashAfterBytes(uint64_t bytes);
  void Restart(double kept_fraction);

  // How many more bytes can be written.
  void SetFreeBytes(uint64_t bytes);

  // While set, data is written but each sync fails.
  void SetSyncFails(bool fails);

  // Of all files, since the start.
  uint64_t bytes_read() const;
  uint64_t bytes_written() const;
  uint64_t syncs() const;

  // Flips one bit of a stored file; false when no file of the directory holds `bytes` at all.
  bool DamageFirst(const std::string& directory, const std::string& bytes);

 private:
  class Files;
  std::unique_ptr<rocksdb::Env> memory_;
  std::shared_ptr<Files> files_;
  std::unique_ptr<FileFaults> faults_;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_CRASH_ENV_H_
