// When an answer leaves that says that something is not there. What is there and not the caller's
// takes longer to refuse than what does not exist: a case is read first, and compared. So such an
// answer leaves at a whole number of steps after its call came in, whatever it took; every other
// answer leaves at once.
#ifndef CONCORDAT_SERVICES_LEDGER_REFUSAL_PACE_H_
#define CONCORDAT_SERVICES_LEDGER_REFUSAL_PACE_H_

#include <grpc/support/time.h>

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat::services {

// The first whole step after something that took so long; a whole step is followed by the next.
int64_t NextStepMilliseconds(gpr_timespec taken);

// Runs `act` once, on a thread of gRPC's, at the next whole step (kNotFoundStepMilliseconds) after
// `begun`, a monotonic time.
void AtNextStep(gpr_timespec begun, std::function<void()> act);

// `done`, paced from now on: NOT_FOUND at a whole step, anything else at once. Whatever `done` uses
// outlives the call, as for any answer that comes later.
template <typename Response>
std::function<void(absl::StatusOr<Response>)> Paced(
    std::function<void(absl::StatusOr<Response>)> done) {
  return [begun = gpr_now(GPR_CLOCK_MONOTONIC),
          done = std::move(done)](absl::StatusOr<Response> result) {
    if (!absl::IsNotFound(result.status())) return done(std::move(result));
    AtNextStep(begun, [done, status = result.status()] { done(status); });
  };
}

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_REFUSAL_PACE_H_
