// Preloaded into a process (LD_PRELOAD), a disk that fails as the file $FAULTS_SWITCH says, for
// paths that contain $FAULTS_UNDER. While the file is absent nothing fails. Its text is
//   "ENOSPC"   the disk is full: writes fail; half of what is written first still fits
//   "EROFS"    the file system is read-only: every call that would change something fails
//   "EIO 7 9"  (or another error) the 7th and the 9th call since this text stands there fail; the
//              name and path of each become a line of the file $FAULTS_SWITCH.failed
// Counted are open, write, pwrite, writev, fsync, fdatasync, sync_file_range, rename, ftruncate,
// fallocate, unlink, mkdir and close. A call that fails does nothing, but close closes.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr size_t kPathMax = 4096;

enum Kind { kOpensToRead, kWrites, kTakesSpace, kChanges, kCloses };

struct Fault {
  char text[64] = "";
  long first = 0;  // 0: not counted.
  long second = 0;
  int error = 0;
};

pthread_mutex_t counter_mutex = PTHREAD_MUTEX_INITIALIZER;
char counted_text[64];
long calls;

template <typename Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool ReadFault(Fault* fault) {
  const char* const path = std::getenv("FAULTS_SWITCH");
  if (path == nullptr) return false;
  const long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const long length = syscall(SYS_read, fd, fault->text, sizeof(fault->text) - 1);
  syscall(SYS_close, fd);
  if (length <= 0) return false;
  fault->text[length] = '\0';
  fault->error = std::strncmp(fault->text, "ENOSPC", 6) == 0  ? ENOSPC
                 : std::strncmp(fault->text, "EROFS", 5) == 0 ? EROFS
                                                              : EIO;
  char* number = std::strchr(fault->text, ' ');
  if (number != nullptr) {
    fault->first = std::strtol(number, &number, 10);
    fault->second = std::strtol(number, nullptr, 10);
  }
  return true;
}

bool IsCounted(const Fault& fault, const char* call, const char* path) {
  pthread_mutex_lock(&counter_mutex);
  if (std::strcmp(counted_text, fault.text) != 0) {
    std::memcpy(counted_text, fault.text, sizeof(counted_text));
    calls = 0;
  }
  ++calls;
  const bool is = calls == fault.first || calls == fault.second;
  pthread_mutex_unlock(&counter_mutex);
  if (!is) return false;
  char text[kPathMax + 64];
  const int length = std::snprintf(text, sizeof(text), "%s %s\n", call, path);
  char name[kPathMax];
  std::snprintf(name, sizeof(name), "%s.failed", std::getenv("FAULTS_SWITCH"));
  const long fd =
      syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    syscall(SYS_write, fd, text, length);
    syscall(SYS_close, fd);
  }
  return true;
}

// The error that this call fails with; 0: it does not. Leaves errno alone.
int FaultOf(const char* call, const char* path, Kind kind) {
  const char* const under = std::getenv("FAULTS_UNDER");
  if (under == nullptr || path == nullptr || std::strstr(path, under) == nullptr) return 0;
  const int kept = errno;
  Fault fault;
  bool fails = ReadFault(&fault);
  if (fails && fault.first > 0) {
    fails = IsCounted(fault, call, path);
  } else if (fails && fault.error == ENOSPC) {
    fails = kind == kTakesSpace;
  } else if (fails) {
    fails = kind == kTakesSpace || kind == kWrites || kind == kChanges;
  }
  errno = kept;
  return fails ? fault.error : 0;
}

int FaultOf(const char* call, int fd, Kind kind) {
  const int kept = errno;
  struct stat info;
  char link[64];
  char path[kPathMax];
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  const bool is_file = fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
  const ssize_t length = is_file ? readlink(link, path, sizeof(path) - 1) : 0;
  errno = kept;
  if (length <= 0) return 0;
  path[length] = '\0';
  return FaultOf(call, path, kind);
}

template <typename Result, typename Call>
Result Unless(int error, const Call& call) {
  if (error == 0) return call();
  errno = error;
  return -1;
}

bool IsFull(int error) {
  Fault fault;
  return error == ENOSPC && ReadFault(&fault) && fault.first == 0;
}

Kind KindOfOpen(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0 ? kWrites : kOpensToRead;
}

template <typename Function>
int Open(const char* name, const char* path, int flags, const Function& real) {
  return Unless<int>(FaultOf(name, path, KindOfOpen(flags)), real);
}

// The optional last parameter of open.
mode_t ModeOf(int flags, va_list values) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(values, mode_t) : 0;
}

}  // namespace

#define MODE_OF(flags, mode)      \
  mode_t mode;                    \
  {                               \
    va_list values;               \
    va_start(values, flags);      \
    mode = ModeOf(flags, values); \
    va_end(values);               \
  }

extern "C" {

int open(const char* path, int flags, ...) {
  static const auto real = Real<int (*)(const char*, int, mode_t)>("open");
  MODE_OF(flags, mode);
  return Open("open", path, flags, [&] { return real(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
  static const auto real = Real<int (*)(const char*, int, mode_t)>("open64");
  MODE_OF(flags, mode);
  return Open("open", path, flags, [&] { return real(path, flags, mode); });
}

int openat(int directory, const char* path, int flags, ...) {
  static const auto real = Real<int (*)(int, const char*, int, mode_t)>("openat");
  MODE_OF(flags, mode);
  return Open("openat", path, flags, [&] { return real(directory, path, flags, mode); });
}

int openat64(int directory, const char* path, int flags, ...) {
  static const auto real = Real<int (*)(int, const char*, int, mode_t)>("openat64");
  MODE_OF(flags, mode);
  return Open("openat", path, flags, [&] { return real(directory, path, flags, mode); });
}

ssize_t write(int fd, const void* bytes, size_t count) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t)>("write");
  const int error = FaultOf("write", fd, kTakesSpace);
  if (IsFull(error) && count > 1) return real(fd, bytes, count / 2);
  return Unless<ssize_t>(error, [&] { return real(fd, bytes, count); });
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  static const auto real = Real<ssize_t (*)(int, const struct iovec*, int)>("writev");
  return Unless<ssize_t>(FaultOf("writev", fd, kTakesSpace),
                         [&] { return real(fd, parts, count); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t offset) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return Unless<ssize_t>(FaultOf("pwrite", fd, kTakesSpace),
                         [&] { return real(fd, bytes, count, offset); });
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  return pwrite64(fd, bytes, count, offset);
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  static const auto real = Real<int (*)(int, int, off64_t, off64_t)>("fallocate64");
  return Unless<int>(FaultOf("fallocate", fd, kTakesSpace),
                     [&] { return real(fd, mode, offset, length); });
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return fallocate64(fd, mode, offset, length);
}

int ftruncate64(int fd, off64_t length) {
  static const auto real = Real<int (*)(int, off64_t)>("ftruncate64");
  return Unless<int>(FaultOf("ftruncate", fd, kChanges), [&] { return real(fd, length); });
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
  static const auto real = Real<int (*)(int)>("fsync");
  return Unless<int>(FaultOf("fsync", fd, kWrites), [&] { return real(fd); });
}

int fdatasync(int fd) {
  static const auto real = Real<int (*)(int)>("fdatasync");
  return Unless<int>(FaultOf("fdatasync", fd, kWrites), [&] { return real(fd); });
}

int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned int flags) {
  static const auto real = Real<int (*)(int, off64_t, off64_t, unsigned int)>("sync_file_range");
  return Unless<int>(FaultOf("sync_file_range", fd, kWrites),
                     [&] { return real(fd, offset, bytes, flags); });
}

int rename(const char* from, const char* to) {
  static const auto real = Real<int (*)(const char*, const char*)>("rename");
  return Unless<int>(FaultOf("rename", to, kChanges), [&] { return real(from, to); });
}

int unlink(const char* path) {
  static const auto real = Real<int (*)(const char*)>("unlink");
  return Unless<int>(FaultOf("unlink", path, kChanges), [&] { return real(path); });
}

int mkdir(const char* path, mode_t mode) {
  static const auto real = Real<int (*)(const char*, mode_t)>("mkdir");
  return Unless<int>(FaultOf("mkdir", path, kChanges), [&] { return real(path, mode); });
}

int close(int fd) {
  static const auto real = Real<int (*)(int)>("close");
  const int error = FaultOf("close", fd, kCloses);
  const int closed = real(fd);
  return Unless<int>(error, [&] { return closed; });
}

}  // extern "C"
