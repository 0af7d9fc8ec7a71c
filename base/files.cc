#include "base/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat {
namespace {

absl::Status ErrnoError(int error, std::string_view path) {
  return absl::ErrnoToStatus(error, ToAbsl(path));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status WriteAll(int fd, std::string_view contents, std::string_view path) {
  while (!contents.empty()) {
    const ssize_t written = write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoError(errno, path);
    contents.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status WriteSynced(const FileDescriptor& file, std::string_view contents, mode_t mode,
                         std::string_view path) {
  CONCORDAT_RETURN_IF_ERROR(WriteAll(file.get(), contents, path));
  if (fchmod(file.get(), mode) != 0) return ErrnoError(errno, path);
  if (fsync(file.get()) != 0) return ErrnoError(errno, path);
  return absl::OkStatus();
}

// Of the last part of `path`, which may end in slashes.
absl::Status SyncDirectoryOf(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const FileDescriptor fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || fsync(fd.get()) != 0) return ErrnoError(errno, directory);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return ErrnoError(errno, path);
  struct stat info;
  if (fstat(file.get(), &info) != 0) return ErrnoError(errno, path);
  if (S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(StrCat(path, ": got a directory, want a file"));
  }
  std::string contents;
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(file.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError(errno, path);
    if (got == 0) return contents;
    if (contents.size() + static_cast<size_t>(got) > kFileBytesMax) {
      return absl::OutOfRangeError(
          StrCat(path, ": got a file of more than ", kFileBytesMax, " bytes, want at most that"));
    }
    contents.append(buffer, static_cast<size_t>(got));
  }
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view contents, mode_t mode) {
  std::string temporary = StrCat(path, ".new-XXXXXX");
  const FileDescriptor file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.ok()) return ErrnoError(errno, path);
  absl::Status status = WriteSynced(file, contents, mode, path);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoError(errno, path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncDirectoryOf(path);
}

absl::Status MakeDirectory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) != 0) {
    if (errno != EEXIST) return ErrnoError(errno, path);
    struct stat info;
    if (stat(path.c_str(), &info) != 0) return ErrnoError(errno, path);
    if (!S_ISDIR(info.st_mode)) {
      return absl::FailedPreconditionError(StrCat(path, ": got something else, want a directory"));
    }
  }
  return SyncDirectoryOf(path);
}

}  // namespace concordat
