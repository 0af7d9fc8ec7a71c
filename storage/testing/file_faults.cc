#include "storage/testing/file_faults.h"

#include <utility>
#include <vector>

#include "base/str_cat.h"

namespace concordat::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FailingWriter final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingWriter(FileFaults& faults, std::string path, std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults), path_(std::move(path)) {}

  using FSWritableFileOwnerWrapper::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const auto append = [&](size_t bytes) {
      return target()->Append(Slice(data.data(), bytes), options, debug);
    };
    return faults_.Call(
        "append", path_, [&] { return append(data.size()); },
        [&] { return append(data.size() / 2); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("truncate", path_,
                        [&] { return target()->Truncate(size, options, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("close", path_, [&] { return target()->Close(options, debug); });
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("flush", path_, [&] { return target()->Flush(options, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("sync", path_, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("fsync", path_, [&] { return target()->Fsync(options, debug); });
  }
  IOStatus RangeSync(uint64_t offset, uint64_t bytes, const IOOptions& options,
                     IODebugContext* debug) override {
    return faults_.Call("range sync", path_,
                        [&] { return target()->RangeSync(offset, bytes, options, debug); });
  }
  IOStatus Allocate(uint64_t offset, uint64_t bytes, const IOOptions& options,
                    IODebugContext* debug) override {
    return faults_.Call("allocate", path_,
                        [&] { return target()->Allocate(offset, bytes, options, debug); });
  }

 private:
  FileFaults& faults_;
  const std::string path_;
};

class FailingDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FailingDirectory(FileFaults& faults, std::string path,
                   std::unique_ptr<rocksdb::FSDirectory> directory)
      : FSDirectoryWrapper(std::move(directory)), faults_(faults), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("sync directory", path_,
                        [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& how) override {
    return faults_.Call("sync directory", path_, [&] {
      return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how);
    });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return faults_.Call("close directory", path_,
                        [&] { return FSDirectoryWrapper::Close(options, debug); });
  }

 private:
  FileFaults& faults_;
  const std::string path_;
};

class FailingReader final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FailingReader(FileFaults& faults, std::string path,
                std::unique_ptr<rocksdb::FSRandomAccessFile> file)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults), path_(std::move(path)) {}

  IOStatus Read(uint64_t offset, size_t bytes, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* debug) const override {
    return faults_.Call("read", path_, [&] {
      return FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, debug);
    });
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    return faults_.Call("read", path_, [&] {
      return FSRandomAccessFileOwnerWrapper::MultiRead(requests, count, options, debug);
    });
  }
  IOStatus Prefetch(uint64_t offset, size_t bytes, const IOOptions& options,
                    IODebugContext* debug) override {
    return faults_.Call("prefetch", path_, [&] {
      return FSRandomAccessFileOwnerWrapper::Prefetch(offset, bytes, options, debug);
    });
  }

 private:
  FileFaults& faults_;
  const std::string path_;
};

class FailingSequentialReader final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FailingSequentialReader(FileFaults& faults, std::string path,
                          std::unique_ptr<rocksdb::FSSequentialFile> file)
      : FSSequentialFileOwnerWrapper(std::move(file)), faults_(faults), path_(std::move(path)) {}

  IOStatus Read(size_t bytes, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    *result = Slice();
    return faults_.Call("read", path_, [&] {
      return FSSequentialFileOwnerWrapper::Read(bytes, options, result, scratch, debug);
    });
  }
  IOStatus Skip(uint64_t bytes) override {
    return faults_.Call("skip", path_, [&] { return FSSequentialFileOwnerWrapper::Skip(bytes); });
  }

 private:
  FileFaults& faults_;
  const std::string path_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem(std::shared_ptr<rocksdb::FileSystem> below, FileFaults& faults)
      : FileSystemWrapper(std::move(below)), faults_(faults) {}

  const char* Name() const override { return "FailingFileSystem"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    return Open<FailingSequentialReader>("open to read", path, result, [&](auto* file) {
      return target()->NewSequentialFile(path, options, file, debug);
    });
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* debug) override {
    return Open<FailingReader>("open to read", path, result, [&](auto* file) {
      return target()->NewRandomAccessFile(path, options, file, debug);
    });
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    return Open<FailingWriter>("create", path, result, [&](auto* file) {
      return target()->NewWritableFile(path, options, file, debug);
    });
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* result,
                              IODebugContext* debug) override {
    return Open<FailingWriter>("reopen", path, result, [&](auto* file) {
      return target()->ReopenWritableFile(path, options, file, debug);
    });
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* debug) override {
    return Open<FailingDirectory>("open directory", path, result, [&](auto* file) {
      return target()->NewDirectory(path, options, file, debug);
    });
  }

  IOStatus FileExists(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    return faults_.Call("exists", path, [&] { return target()->FileExists(path, options, debug); });
  }
  IOStatus GetChildren(const std::string& path, const IOOptions& options,
                       std::vector<std::string>* names, IODebugContext* debug) override {
    return faults_.Call("list", path,
                        [&] { return target()->GetChildren(path, options, names, debug); });
  }
  IOStatus GetChildrenFileAttributes(const std::string& path, const IOOptions& options,
                                     std::vector<rocksdb::FileAttributes>* files,
                                     IODebugContext* debug) override {
    return faults_.Call("list", path, [&] {
      return target()->GetChildrenFileAttributes(path, options, files, debug);
    });
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    return faults_.Call("delete", path, [&] { return target()->DeleteFile(path, options, debug); });
  }
  IOStatus Truncate(const std::string& path, size_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    return faults_.Call("truncate", path,
                        [&] { return target()->Truncate(path, size, options, debug); });
  }
  IOStatus CreateDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override {
    return faults_.Call("make directory", path,
                        [&] { return target()->CreateDir(path, options, debug); });
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override {
    return faults_.Call("make directory", path,
                        [&] { return target()->CreateDirIfMissing(path, options, debug); });
  }
  IOStatus DeleteDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override {
    return faults_.Call("delete directory", path,
                        [&] { return target()->DeleteDir(path, options, debug); });
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& options, uint64_t* size,
                       IODebugContext* debug) override {
    return faults_.Call("size", path,
                        [&] { return target()->GetFileSize(path, options, size, debug); });
  }
  IOStatus GetFileModificationTime(const std::string& path, const IOOptions& options,
                                   uint64_t* time, IODebugContext* debug) override {
    return faults_.Call("time", path, [&] {
      return target()->GetFileModificationTime(path, options, time, debug);
    });
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return faults_.Call("rename", to,
                        [&] { return target()->RenameFile(from, to, options, debug); });
  }
  // A lock that is held while its taking failed would be held for ever, by nobody: not a way that
  // a lock fails.
  IOStatus LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* debug) override {
    IOStatus taken;
    const IOStatus status = faults_.Call(
        "lock", path, [&] { return taken = target()->LockFile(path, options, lock, debug); });
    if (status.ok() || !taken.ok() || *lock == nullptr) return status;
    target()->UnlockFile(*lock, options, debug).PermitUncheckedError();
    *lock = nullptr;
    return status;
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus unlocked = target()->UnlockFile(lock, options, debug);
    return faults_.Call("unlock", "", [&] { return unlocked; });
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions& options, std::string* result,
                           IODebugContext* debug) override {
    return faults_.Call("absolute path", path,
                        [&] { return target()->GetAbsolutePath(path, options, result, debug); });
  }
  IOStatus GetFreeSpace(const std::string& path, const IOOptions& options, uint64_t* bytes,
                        IODebugContext* debug) override {
    return faults_.Call("free space", path,
                        [&] { return target()->GetFreeSpace(path, options, bytes, debug); });
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions& options, bool* is,
                       IODebugContext* debug) override {
    return faults_.Call("is directory", path,
                        [&] { return target()->IsDirectory(path, options, is, debug); });
  }

 private:
  template <typename Failing, typename File, typename OpenBelow>
  IOStatus Open(const char* name, const std::string& path, std::unique_ptr<File>* result,
                const OpenBelow& open_below) {
    std::unique_ptr<File> file;
    const IOStatus status = faults_.Call(name, path, [&] { return open_below(&file); });
    if (status.ok()) *result = std::make_unique<Failing>(faults_, path, std::move(file));
    return status;
  }

  FileFaults& faults_;
};

}  // namespace

void FileFaults::FailNth(uint64_t n, Mode mode) {
  absl::MutexLock lock(&mutex_);
  calls_ = 0;
  nth_ = n;
  mode_ = mode;
  failed_.clear();
}

void FileFaults::Stop() {
  absl::MutexLock lock(&mutex_);
  nth_ = 0;
}

uint64_t FileFaults::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

std::string FileFaults::failed() const {
  absl::MutexLock lock(&mutex_);
  return failed_;
}

std::optional<FileFaults::Mode> FileFaults::Count(const char* name, const std::string& path) {
  absl::MutexLock lock(&mutex_);
  ++calls_;
  if (nth_ == 0 || calls_ < nth_ || (calls_ > nth_ && mode_ != Mode::kFromThenOn)) {
    return std::nullopt;
  }
  if (failed_.empty()) failed_ = StrCat(name, " ", path);
  return mode_;
}

IOStatus FileFaults::Call(const char* name, const std::string& path, const Work& work,
                          const Work& half) {
  const std::optional<Mode> failure = Count(name, path);
  if (!failure.has_value()) return work();
  if (*failure == Mode::kOnceButDone) {
    work().PermitUncheckedError();
  } else if (half) {
    half().PermitUncheckedError();
  }
  return IOStatus::IOError("this call was to fail");
}

std::shared_ptr<rocksdb::FileSystem> FileFaults::Over(std::shared_ptr<rocksdb::FileSystem> below,
                                                      FileFaults& faults) {
  return std::make_shared<FailingFileSystem>(std::move(below), faults);
}

}  // namespace concordat::storage
