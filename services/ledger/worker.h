// Long work apart from the threads that serve calls: one thread, one piece at a time, in order.
#ifndef CONCORDAT_SERVICES_LEDGER_WORKER_H_
#define CONCORDAT_SERVICES_LEDGER_WORKER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace concordat::services {

// Thread-safe.
class Worker {
 public:
  // `name` stands in the refusal of what is too much.
  Worker(std::string name, size_t waiting_max);
  // Does what was taken, then returns.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // UNAVAILABLE, and `work` is dropped, while waiting_max pieces wait.
  absl::Status Submit(std::function<void()> work);

 private:
  void Run();

  const std::string name_;
  const size_t waiting_max_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_WORKER_H_
