// The one in force of something that is replaced while it is in use.
#ifndef CONCORDAT_BASE_CURRENT_H_
#define CONCORDAT_BASE_CURRENT_H_

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace concordat {

// Thread-safe; reading takes no lock. Those replaced are kept as long as this, so that whoever has
// a reference goes on with it: what is replaced so is small, and seldom changes.
template <typename T>
class Current {
 public:
  explicit Current(std::unique_ptr<const T> first) { Replace(std::move(first)); }

  const T& get() const { return *current_.load(std::memory_order_acquire); }

  void Replace(std::unique_ptr<const T> next) {
    absl::MutexLock lock(&mutex_);
    current_.store(next.get(), std::memory_order_release);
    all_.push_back(std::move(next));
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<const T>> all_ ABSL_GUARDED_BY(mutex_);
  std::atomic<const T*> current_{nullptr};
};

}  // namespace concordat

#endif  // CONCORDAT_BASE_CURRENT_H_
