// The nth call of a file system fails: each call that RocksDB makes, in turn, so that a test can
// fail every one of them.
#ifndef CONCORDAT_STORAGE_TESTING_FILE_FAULTS_H_
#define CONCORDAT_STORAGE_TESTING_FILE_FAULTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/file_system.h"
#include "rocksdb/io_status.h"

namespace concordat::storage {

// Thread-safe. RocksDB's threads share the count, so the nth call may be another one in the next
// run; a sweep over n still ends, when fewer calls are made than n.
class FileFaults {
 public:
  enum class Mode {
    kOnce,         // The nth call alone, and it does nothing; an append, the first half.
    kOnceButDone,  // The nth call is done, and says that it failed.
    kFromThenOn,   // The nth call and all after it, until Stop.
  };

  // Counts from 1 anew, beginning with the next call.
  void FailNth(uint64_t n, Mode mode);
  // From now on nothing fails. The count goes on.
  void Stop();

  uint64_t calls() const;
  // "append /log/000004.log": the first call that failed since FailNth. Empty: none did.
  std::string failed() const;

  // A file system over `below` whose calls fail as this says. All that RocksDB uses; what the
  // environment below never does (files of random writes, links) is passed on uncounted.
  static std::shared_ptr<rocksdb::FileSystem> Over(std::shared_ptr<rocksdb::FileSystem> below,
                                                   FileFaults& faults);

  // For the file system: counts one call and does `work`, or the half of it, or fails.
  using Work = std::function<rocksdb::IOStatus()>;
  rocksdb::IOStatus Call(const char* name, const std::string& path, const Work& work,
                         const Work& half = nullptr);

 private:
  // How this call fails; nullopt: it does not.
  std::optional<Mode> Count(const char* name, const std::string& path);

  mutable absl::Mutex mutex_;
  uint64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t nth_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: none.
  Mode mode_ ABSL_GUARDED_BY(mutex_) = Mode::kOnce;
  std::string failed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_FILE_FAULTS_H_
