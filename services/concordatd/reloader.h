// Looks every few seconds whether files were replaced, and has what they hold taken over. What
// can't be taken over changes nothing, and that is said: once, until the file is another again.
// When it is not the file's fault (any error but INVALID_ARGUMENT and NOT_FOUND), the next look
// tries again.
#ifndef CONCORDAT_SERVICES_CONCORDATD_RELOADER_H_
#define CONCORDAT_SERVICES_CONCORDATD_RELOADER_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace concordat::services {

class Reloader {
 public:
  struct Source {
    std::vector<std::string> files;  // Of which any counts.
    // Loads them, and puts what they hold into force; the answer is what is in force now, such as
    // "directory version 4".
    std::function<absl::StatusOr<std::string>()> take;
  };
  using Say = std::function<void(const std::string&)>;  // One line. Called from Look's thread.

  // Whether all that the files hold is in force; called when that changes. From Look's thread.
  using Sound = std::function<void(bool)>;

  // What the files hold now counts as taken already.
  Reloader(
      std::vector<Source> sources, Say say, Sound sound = [](bool) {});
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // From here on looks every `every`, on a thread of its own. Once.
  void Start(absl::Duration every);
  // Looks now. From one thread at a time; not after Start.
  void Look();

 private:
  // Of all of them together; of one that can't be read, that.
  static std::string ContentsOf(const Source& source);
  void Run(absl::Duration every);
  bool IsSound() const;

  const std::vector<Source> sources_;
  const Say say_;
  const Sound sound_;
  std::vector<std::string> seen_;  // By source: a digest of what was there at the last look.
  std::vector<bool> refused_;      // By source: what was there last is not in force.
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_RELOADER_H_
