#include "services/ledger/alert_hub.h"

#include <utility>

namespace concordat::services {

uint64_t AlertHub::Add(Wake wake) {
  {
    absl::MutexLock lock(&mutex_);
    if (open_) {
      waiting_.emplace(next_id_, std::move(wake));
      return next_id_++;
    }
  }
  wake(false);
  return 0;
}

void AlertHub::Remove(uint64_t id) {
  absl::MutexLock lock(&mutex_);
  waiting_.erase(id);
}

void AlertHub::Notify() {
  std::vector<Wake> wakes;
  {
    absl::MutexLock lock(&mutex_);
    wakes.reserve(waiting_.size());
    for (const auto& [id, wake] : waiting_) wakes.push_back(wake);
  }
  for (const Wake& wake : wakes) wake(true);
}

void AlertHub::Shutdown() {
  std::map<uint64_t, Wake> waiting;
  {
    absl::MutexLock lock(&mutex_);
    open_ = false;
    waiting.swap(waiting_);
  }
  for (const auto& [id, wake] : waiting) wake(false);
}

}  // namespace concordat::services
