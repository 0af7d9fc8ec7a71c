// Senders and a watcher that go on through crashes of the services, as an agency's own systems do.
#ifndef CONCORDAT_TESTS_CRASH_PUSHERS_H_
#define CONCORDAT_TESTS_CRASH_PUSHERS_H_

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "concordat/v1/exchange.pb.h"
#include "tests/cluster.h"

namespace concordat::tests {

// What the senders were told: by source reference, the push and its receipt as first received.
// Thread-safe.
class Outbox {
 public:
  struct Sent {
    v1::PushRequest push;
    std::string receipt;  // Serialised.
  };

  void Acknowledged(const v1::PushRequest& push, const v1::Receipt& receipt);
  size_t size() const;
  // False when that many weren't acknowledged in time.
  bool WaitForSize(size_t size, absl::Duration timeout) const;
  std::map<std::string, Sent> Everything() const;

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, Sent> sent_ ABSL_GUARDED_BY(mutex_);
};

// Pushes incidents of family `n` until stopped, one call each, or many a stream, each again until
// there is a receipt. Any refusal that a retry can't heal fails the test.
class Pusher {
 public:
  Pusher(Cluster* cluster, Outbox* outbox, int n, bool streaming);
  ~Pusher();  // Stops when what was begun is acknowledged.

 private:
  void Run();
  void PushOne(const v1::PushRequest& push);
  void PushBatch(std::map<uint64_t, v1::PushRequest> unanswered);
  v1::PushRequest Next();

  const std::shared_ptr<grpc::Channel> channel_;
  Outbox* const outbox_;
  const int n_;
  const bool streaming_;
  int count_ = 0;
  absl::Notification stop_;
  std::thread thread_;
};

// Watches alerts with shown_through as its only memory, and connects again whenever it must.
class Watcher {
 public:
  Watcher(Cluster* cluster, const std::string& agency);
  ~Watcher();

  // Until it was shown `count` alerts and a heartbeat says that there are no more.
  bool WaitForAll(size_t count, absl::Duration timeout) const;
  std::vector<v1::Alert> Shown() const;
  int connections() const { return connections_; }

 private:
  void Run();
  void WatchOnce();

  const std::shared_ptr<grpc::Channel> channel_;
  std::atomic<int> connections_{0};
  mutable absl::Mutex mutex_;
  std::vector<v1::Alert> shown_ ABSL_GUARDED_BY(mutex_);
  uint64_t shown_through_ ABSL_GUARDED_BY(mutex_) = 0;
  bool caught_up_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  absl::Notification stop_;
  std::thread thread_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CRASH_PUSHERS_H_
