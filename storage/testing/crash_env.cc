#include "storage/testing/crash_env.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/check.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/io_status.h"
#include "storage/testing/impatient_env.h"

namespace concordat::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string DirectoryOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

// The disk's state besides what the files hold.
class Disk {
 public:
  struct File {
    uint64_t size = 0;
    uint64_t synced = 0;
  };

  // How many of `wanted` bytes go to the disk; the rest finds no space.
  IOStatus Take(uint64_t wanted, uint64_t& taken) {
    absl::MutexLock lock(&mutex_);
    taken = 0;
    if (crashed_) return IOStatus::IOError("power is off");
    taken = std::min(wanted, std::min(free_bytes_, bytes_to_crash_));
    if (bytes_to_crash_ != CrashEnv::kUnlimited) bytes_to_crash_ -= taken;
    crashed_ = bytes_to_crash_ == 0;
    if (free_bytes_ != CrashEnv::kUnlimited) free_bytes_ -= taken;
    bytes_written_ += taken;
    if (crashed_) return IOStatus::IOError("power is off");
    return taken == wanted ? IOStatus::OK() : IOStatus::NoSpace("no space left on device");
  }

  IOStatus CheckPower() const {
    absl::MutexLock lock(&mutex_);
    return crashed_ ? IOStatus::IOError("power is off") : IOStatus::OK();
  }

  void Appended(const std::string& path, uint64_t bytes) {
    absl::MutexLock lock(&mutex_);
    files_[path].size += bytes;
  }

  IOStatus Synced(const std::string& path) {
    absl::MutexLock lock(&mutex_);
    if (crashed_) return IOStatus::IOError("power is off");
    if (sync_fails_) return IOStatus::IOError("sync failed");
    ++syncs_;
    files_[path].synced = files_[path].size;
    return IOStatus::OK();
  }

  IOStatus DirectorySynced(const std::string& directory) {
    absl::MutexLock lock(&mutex_);
    if (crashed_) return IOStatus::IOError("power is off");
    if (sync_fails_) return IOStatus::IOError("sync failed");
    for (auto at = unsynced_names_.begin(); at != unsynced_names_.end();) {
      at = DirectoryOf(at->first) == directory ? unsynced_names_.erase(at) : std::next(at);
    }
    return IOStatus::OK();
  }

  // The name is the new file's; after a crash, if its directory is not synced before, `former` is
  // there again.
  void Named(const std::string& path, File file, std::optional<std::string> former) {
    absl::MutexLock lock(&mutex_);
    files_[path] = file;
    unsynced_names_.emplace(path, std::move(former));
  }

  File Forget(const std::string& path) {
    absl::MutexLock lock(&mutex_);
    const File file = files_[path];
    files_.erase(path);
    unsynced_names_.erase(path);
    return file;
  }

  void CountRead(uint64_t bytes) {
    absl::MutexLock lock(&mutex_);
    bytes_read_ += bytes;
  }

  mutable absl::Mutex mutex_;
  bool crashed_ ABSL_GUARDED_BY(mutex_) = false;
  bool sync_fails_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t free_bytes_ ABSL_GUARDED_BY(mutex_) = CrashEnv::kUnlimited;
  uint64_t bytes_to_crash_ ABSL_GUARDED_BY(mutex_) = CrashEnv::kUnlimited;
  uint64_t bytes_read_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t bytes_written_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t syncs_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, File> files_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::optional<std::string>> unsynced_names_ ABSL_GUARDED_BY(mutex_);
};

class TrackedWriter final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedWriter(Disk& disk, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), path_(std::move(path)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    uint64_t taken = 0;
    const IOStatus space = disk_.Take(data.size(), taken);
    if (taken > 0) {
      const IOStatus status = target()->Append(Slice(data.data(), taken), options, debug);
      if (!status.ok()) return status;
      disk_.Appended(path_, taken);
    }
    return space;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return disk_.Synced(path_);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return disk_.Synced(path_);
  }
  IOStatus RangeSync(uint64_t offset, uint64_t bytes, const IOOptions& options,
                     IODebugContext* debug) override {
    return IOStatus::OK();  // Only a hint: promises nothing.
  }

 private:
  Disk& disk_;
  const std::string path_;
};

class TrackedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  TrackedDirectory(Disk& disk, std::string path, std::unique_ptr<rocksdb::FSDirectory> directory)
      : FSDirectoryWrapper(std::move(directory)), disk_(disk), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return disk_.DirectorySynced(path_);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& how) override {
    return disk_.DirectorySynced(path_);
  }

 private:
  Disk& disk_;
  const std::string path_;
};

class CountedReader final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  CountedReader(Disk& disk, std::unique_ptr<rocksdb::FSRandomAccessFile> file)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), disk_(disk) {}
  IOStatus Read(uint64_t offset, size_t bytes, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* debug) const override {
    disk_.CountRead(bytes);
    return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, debug);
  }

 private:
  Disk& disk_;
};

class CountedSequentialReader final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  CountedSequentialReader(Disk& disk, std::unique_ptr<rocksdb::FSSequentialFile> file)
      : FSSequentialFileOwnerWrapper(std::move(file)), disk_(disk) {}
  IOStatus Read(size_t bytes, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    const IOStatus status =
        FSSequentialFileOwnerWrapper::Read(bytes, options, result, scratch, debug);
    disk_.CountRead(result->size());
    return status;
  }

 private:
  Disk& disk_;
};

}  // namespace

class CrashEnv::Files final : public rocksdb::FileSystemWrapper {
 public:
  explicit Files(rocksdb::Env* memory)
      : FileSystemWrapper(memory->GetFileSystem()), memory_(*memory) {}

  const char* Name() const override { return "CrashEnv"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    const IOStatus power = disk.CheckPower();
    if (!power.ok()) return power;
    std::optional<std::string> former = ContentsOf(path);
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const IOStatus status = target()->NewWritableFile(path, options, &file, debug);
    if (!status.ok()) return status;
    disk.Named(path, {}, std::move(former));
    *result = std::make_unique<TrackedWriter>(disk, path, std::move(file));
    return status;
  }

  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext* debug) override {
    const IOStatus power = disk.CheckPower();
    if (!power.ok()) return power;
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const IOStatus status = target()->ReopenWritableFile(path, options, &file, debug);
    if (status.ok()) *result = std::make_unique<TrackedWriter>(disk, path, std::move(file));
    return status;
  }

  // Would write to a file that is not new, which RocksDB does only when told to recycle.
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override {
    return IOStatus::NotSupported("reuse of files");
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus power = disk.CheckPower();
    if (!power.ok()) return power;
    std::optional<std::string> former = ContentsOf(to);
    const IOStatus status = target()->RenameFile(from, to, options, debug);
    if (status.ok()) disk.Named(to, disk.Forget(from), std::move(former));
    return status;
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus power = disk.CheckPower();
    if (!power.ok()) return power;
    const IOStatus status = target()->DeleteFile(path, options, debug);
    if (status.ok()) disk.Forget(path);
    return status;
  }

  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    const IOStatus status = target()->NewDirectory(path, options, &directory, debug);
    if (status.ok()) {
      *result = std::make_unique<TrackedDirectory>(disk, path, std::move(directory));
    }
    return status;
  }

  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    const IOStatus status = target()->NewRandomAccessFile(path, options, &file, debug);
    if (status.ok()) *result = std::make_unique<CountedReader>(disk, std::move(file));
    return status;
  }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    const IOStatus status = target()->NewSequentialFile(path, options, &file, debug);
    if (status.ok()) *result = std::make_unique<CountedSequentialReader>(disk, std::move(file));
    return status;
  }

  void LoseUnsynced(double kept_fraction) {
    absl::MutexLock lock(&disk.mutex_);
    for (auto& [path, file] : disk.files_) {
      const auto kept =
          static_cast<uint64_t>(static_cast<double>(file.size - file.synced) * kept_fraction);
      file.synced = file.size = file.synced + kept;
      const std::optional<std::string> contents = ContentsOf(path);
      CONCORDAT_CHECK(contents.has_value() && contents->size() >= file.size);
      Replace(path, contents->substr(0, file.size));
    }
    for (const auto& [path, former] : disk.unsynced_names_) {
      disk.files_.erase(path);
      CONCORDAT_CHECK(memory_.DeleteFile(path).ok());
      if (!former.has_value()) continue;
      Replace(path, *former);
      disk.files_[path] = {former->size(), former->size()};
    }
    disk.unsynced_names_.clear();
    disk.crashed_ = false;
    disk.bytes_to_crash_ = kUnlimited;
  }

  std::optional<std::string> ContentsOf(const std::string& path) const {
    std::string contents;
    if (!rocksdb::ReadFileToString(&memory_, path, &contents).ok()) return std::nullopt;
    return contents;
  }

  void Replace(const std::string& path, const std::string& contents) const {
    CONCORDAT_CHECK(rocksdb::WriteStringToFile(&memory_, contents, path, false).ok());
  }

  std::vector<std::string> Children(const std::string& directory) const {
    std::vector<std::string> names;
    CONCORDAT_CHECK(memory_.GetChildren(directory, &names).ok());
    return names;
  }

  Disk disk;

 private:
  rocksdb::Env& memory_;
};

CrashEnv::CrashEnv()
    : memory_(rocksdb::NewMemEnv(rocksdb::Env::Default())),
      files_(std::make_shared<Files>(memory_.get())),
      faults_(std::make_unique<FileFaults>()),
      env_(NewImpatientEnv(FileFaults::Over(files_, *faults_))) {}

CrashEnv::~CrashEnv() = default;

rocksdb::Env* CrashEnv::env() { return env_.get(); }

FileFaults& CrashEnv::faults() { return *faults_; }

void CrashEnv::Crash() {
  absl::MutexLock lock(&files_->disk.mutex_);
  files_->disk.crashed_ = true;
}

void CrashEnv::CrashAfterBytes(uint64_t bytes) {
  absl::MutexLock lock(&files_->disk.mutex_);
  files_->disk.bytes_to_crash_ = bytes;
}

void CrashEnv::Restart(double kept_fraction) { files_->LoseUnsynced(kept_fraction); }

void CrashEnv::SetFreeBytes(uint64_t bytes) {
  absl::MutexLock lock(&files_->disk.mutex_);
  files_->disk.free_bytes_ = bytes;
}

void CrashEnv::SetSyncFails(bool fails) {
  absl::MutexLock lock(&files_->disk.mutex_);
  files_->disk.sync_fails_ = fails;
}

uint64_t CrashEnv::bytes_read() const {
  absl::MutexLock lock(&files_->disk.mutex_);
  return files_->disk.bytes_read_;
}

uint64_t CrashEnv::bytes_written() const {
  absl::MutexLock lock(&files_->disk.mutex_);
  return files_->disk.bytes_written_;
}

uint64_t CrashEnv::syncs() const {
  absl::MutexLock lock(&files_->disk.mutex_);
  return files_->disk.syncs_;
}

bool CrashEnv::DamageFirst(const std::string& directory, const std::string& bytes) {
  for (const std::string& name : files_->Children(directory)) {
    const std::string path = directory + "/" + name;
    std::optional<std::string> contents = files_->ContentsOf(path);
    if (!contents.has_value()) continue;
    const size_t at = contents->find(bytes);
    if (at == std::string::npos) continue;
    (*contents)[at] = static_cast<char>((*contents)[at] ^ 1);
    files_->Replace(path, *contents);
    return true;
  }
  return false;
}

}  // namespace concordat::storage
