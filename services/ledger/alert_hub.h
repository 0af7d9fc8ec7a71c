// Wakes the streams that wait for alerts. Holds no alert: a woken stream reads the durable state.
#ifndef CONCORDAT_SERVICES_LEDGER_ALERT_HUB_H_
#define CONCORDAT_SERVICES_LEDGER_ALERT_HUB_H_

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace concordat::services {

// Thread-safe. Callbacks run without the hub's lock, on the thread that notifies, and may call the
// hub.
class AlertHub {
 public:
  using Wake = std::function<void(bool open)>;  // open: false once the hub is shut down.

  // Calls `wake` with each Notify until Remove, and once with false at Shutdown (at once if it is
  // shut down already).
  uint64_t Add(Wake wake);
  // After it returns, `wake` is not called again, unless it is running now on another thread.
  void Remove(uint64_t id);
  // An event of a kind that alerts is durable. All are woken, whoever is concerned: see Ledger's
  // ReadAlerts.
  void Notify();
  void Shutdown();

 private:
  mutable absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, Wake> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_ALERT_HUB_H_
