#include "services/ledger/worker.h"

#include <utility>

#include "base/str_cat.h"

namespace concordat::services {

Worker::Worker(std::string name, size_t waiting_max)
    : name_(std::move(name)), waiting_max_(waiting_max), thread_([this] { Run(); }) {}

Worker::~Worker() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

absl::Status Worker::Submit(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  if (waiting_.size() >= waiting_max_) {
    return absl::UnavailableError(StrCat(name_, ": got one more than the ", waiting_max_,
                                         " that may wait, want a later call"));
  }
  waiting_.push_back(std::move(work));
  return absl::OkStatus();
}

void Worker::Run() {
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return closing_ || !waiting_.empty();
  };
  while (true) {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&ready));
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace concordat::services
