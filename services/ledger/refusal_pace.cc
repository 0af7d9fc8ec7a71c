#include "services/ledger/refusal_pace.h"

#include <grpcpp/alarm.h>

#include <memory>

#include "base/limits.h"

namespace concordat::services {

int64_t NextStepMilliseconds(gpr_timespec taken) {
  return (gpr_time_to_millis(taken) / kNotFoundStepMilliseconds + 1) * kNotFoundStepMilliseconds;
}

void AtNextStep(gpr_timespec begun, std::function<void()> act) {
  const gpr_timespec taken = gpr_time_sub(gpr_now(GPR_CLOCK_MONOTONIC), begun);
  const gpr_timespec when =
      gpr_time_add(begun, gpr_time_from_millis(NextStepMilliseconds(taken), GPR_TIMESPAN));
  // The alarm keeps what it runs, and may be let go of from there.
  auto alarm = std::make_shared<grpc::Alarm>();
  alarm->Set(when, [alarm, act = std::move(act)](bool) mutable {
    act();
    alarm.reset();
  });
}

}  // namespace concordat::services
