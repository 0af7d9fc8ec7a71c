// The only door to the time of day. Everything that needs the time is given a Clock, so a test
// decides what time it is.
#ifndef CONCORDAT_BASE_CLOCK_H_
#define CONCORDAT_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace concordat {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. May step backwards when the system's clock is set: order comes from the log's
  // index, never from times.
  virtual absl::Time Now() const = 0;

  // The system's clock; lives as long as the process.
  static const Clock& Real();
};

}  // namespace concordat

#endif  // CONCORDAT_BASE_CLOCK_H_
