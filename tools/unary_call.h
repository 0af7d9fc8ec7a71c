// One call of a service that answers once, waited for.
#ifndef CONCORDAT_TOOLS_UNARY_CALL_H_
#define CONCORDAT_TOOLS_UNARY_CALL_H_

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/status_mapping.h"

namespace concordat::tools {

// What a command waits for an answer, in seconds.
inline constexpr int kCallSecondsMax = 60;
// For one that searches the disk, or decides a whole release again.
inline constexpr int kLongCallSecondsMax = 660;

// Calls `method` of a generated stub. The service's own error; DEADLINE_EXCEEDED without an answer
// in time.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallUnary(Stub& stub,
                                   grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                                   const Request& request, int seconds_max = kCallSecondsMax) {
  grpc::ClientContext context;
  context.set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(seconds_max, GPR_TIMESPAN)));
  Response response;
  const absl::Status status =
      services::FromGrpcStatus((stub.*method)(&context, request, &response));
  if (!status.ok()) return status;
  return response;
}

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_UNARY_CALL_H_
