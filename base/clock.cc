#include "base/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace concordat {
namespace {

class RealClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace

const Clock& Clock::Real() {
  // Never destroyed: threads may still ask for the time while the process ends.
  static const RealClock* const clock = new RealClock;
  return *clock;
}

}  // namespace concordat
