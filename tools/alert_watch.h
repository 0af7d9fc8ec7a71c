// The watcher of alerts, apart from the wire: what to do with each item, and when to try again.
#ifndef CONCORDAT_TOOLS_ALERT_WATCH_H_
#define CONCORDAT_TOOLS_ALERT_WATCH_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "concordat/v1/exchange.pb.h"
#include "tools/alert_journal.h"

namespace concordat::tools {

// Not thread-safe.
class AlertWatch {
 public:
  struct Options {
    uint64_t max = 0;  // Stop after so many alerts; 0: no bound.
    bool until_caught_up = false;
    // Shows one alert that is in the journal.
    std::function<void(const v1::Alert&)> show;
    std::function<void(const v1::Heartbeat&)> beat;
  };

  // Journal and clock outlive the watch.
  AlertWatch(Options options, AlertJournal* journal, const Clock* clock);

  // What to ask the service for.
  uint64_t shown_through() const { return journal_->shown_through(); }

  // One item from the service. An alert that was shown before is passed over; a new one is made
  // durable in the journal and then shown. The journal's error when it can't be written.
  absl::Status Take(const v1::WatchAlertsItem& item);

  // Whether all is done that the options ask for.
  bool done() const { return done_; }

  uint64_t alerts() const { return alerts_; }

 private:
  absl::Status TakeAlert(const v1::Alert& alert);

  const Options options_;
  AlertJournal* const journal_;
  const Clock* const clock_;
  uint64_t alerts_ = 0;
  bool done_ = false;
};

// Whether a call that ended so is worth another try: a server that is away or restarting is; a
// refusal is not.
bool WorthAnotherTry(const absl::Status& ended);

// How long to wait before try number `attempt` (from 0): doubling from 100 ms to 5 s, of which
// `random` in [0, 1) takes off up to a half, so that many watchers don't come back at once.
absl::Duration BackoffBefore(int attempt, double random);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_ALERT_WATCH_H_
