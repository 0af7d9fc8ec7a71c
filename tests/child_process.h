// A child process as a test needs it: started with its output in a file, killed at will, and never
// left behind.
#ifndef CONCORDAT_TESTS_CHILD_PROCESS_H_
#define CONCORDAT_TESTS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace concordat::tests {

// Not thread-safe. Start, Wait and the destructor belong to one thread, and that thread must
// outlive the child: the kernel kills the child (PR_SET_PDEATHSIG) when the thread that started it
// ends.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> arguments;    // The program's path first.
    std::string output_file;               // Standard output and error are appended to it.
    std::vector<std::string> environment;  // "NAME=value", besides the parent's.
    // A write that would make a file larger fails with EFBIG, as on a file system without room; see
    // SetFileBytesMax.
    std::optional<uint64_t> file_bytes_max;
  };

  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const Options& options);
  ~ChildProcess();  // SIGKILL, and waits.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;  // Nothing, once it has ended.

  // The exit code, or 128 and the signal that ended it. DEADLINE_EXCEEDED while it runs.
  absl::StatusOr<int> Wait(absl::Duration timeout);

  // Changes the limit of the running child; nullopt takes it away.
  absl::Status SetFileBytesMax(std::optional<uint64_t> bytes) const;

 private:
  ChildProcess(pid_t pid, int pid_fd) : pid_(pid), pid_fd_(pid_fd) {}

  const pid_t pid_;
  const int pid_fd_;  // Readable once it has ended.
  std::optional<int> exit_code_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CHILD_PROCESS_H_
