#include "services/ledger/alert_hub.h"

namespace concordat::services {

uint64_t AlertHub::Add(const std::string& agency, Wake wake) {
  {
    absl::MutexLock lock(&mutex_);
    if (open_) {
      waiting_.emplace(next_id_, std::make_pair(agency, std::move(wake)));
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

void AlertHub::Notify(const std::string& agency) {
  std::vector<Wake> wakes;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, waiter] : waiting_) {
      if (waiter.first == agency) wakes.push_back(waiter.second);
    }
  }
  for (const Wake& wake : wakes) wake(true);
}

void AlertHub::Shutdown() {
  std::map<uint64_t, std::pair<std::string, Wake>> waiting;
  {
    absl::MutexLock lock(&mutex_);
    open_ = false;
    waiting.swap(waiting_);
  }
  for (const auto& [id, waiter] : waiting) waiter.second(false);
}

}  // namespace concordat::services
