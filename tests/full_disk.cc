// Preloaded into a process (LD_PRELOAD), a disk that is full for as long as a file is there: writes
// to regular files whose path contains $FULL_DISK_UNDER fail with ENOSPC while $FULL_DISK_SWITCH
// exists. Half of what is written first still fits, as on a real disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool IsFull(int fd) {
  const int kept = errno;
  const char* const file = std::getenv("FULL_DISK_SWITCH");
  const char* const under = std::getenv("FULL_DISK_UNDER");
  bool full = false;
  struct stat info;
  if (file != nullptr && under != nullptr && access(file, F_OK) == 0 && fstat(fd, &info) == 0 &&
      S_ISREG(info.st_mode)) {
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    const ssize_t length = readlink(link, path, sizeof(path) - 1);
    path[length < 0 ? 0 : length] = '\0';
    full = std::strstr(path, under) != nullptr;
  }
  errno = kept;
  return full;
}

template <typename Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int Refuse() {
  errno = ENOSPC;
  return -1;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t)>("write");
  if (!IsFull(fd)) return real(fd, bytes, count);
  if (count > 1) return real(fd, bytes, count / 2);
  return Refuse();
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return IsFull(fd) ? Refuse() : real(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  return pwrite64(fd, bytes, count, offset);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  static const auto real = Real<int (*)(int, int, off64_t, off64_t)>("fallocate64");
  return IsFull(fd) ? Refuse() : real(fd, mode, offset, length);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return fallocate64(fd, mode, offset, length);
}

}  // extern "C"
