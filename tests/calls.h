// Calls as a test writes them: one line, with a deadline, the answer as a StatusOr.
#ifndef CONCORDAT_TESTS_CALLS_H_
#define CONCORDAT_TESTS_CALLS_H_

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/status_mapping.h"

namespace concordat::tests {

inline constexpr int kCallSeconds = 20;

// A client context whose call ends after kCallSeconds at the latest.
class Context : public grpc::ClientContext {
 public:
  explicit Context(int seconds = kCallSeconds) {
    set_deadline(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(seconds, GPR_TIMESPAN)));
  }
};

// Call(*stub, &v1::Police::Stub::NotifyIncident, push).
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
  Context context;
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return services::FromGrpcStatus(status);
  return response;
}

// Every message of a stream that ends: ReadAll(*stub, &v1::Marac::Stub::PullCaseHistory, request).
template <typename Stub, typename Request, typename Response>
absl::StatusOr<std::vector<Response>> ReadAll(
    Stub& stub,
    std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*,
                                                                  const Request&),
    const Request& request) {
  Context context;
  const auto reader = (stub.*method)(&context, request);
  std::vector<Response> messages;
  Response message;
  while (reader->Read(&message)) messages.push_back(std::move(message));
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return services::FromGrpcStatus(status);
  return messages;
}

inline v1::ReadCaseRequest ReadRequest(std::string case_id, v1::Purpose purpose,
                                       uint32_t page_size = 0) {
  v1::ReadCaseRequest request;
  request.set_case_id(std::move(case_id));
  request.set_purpose(purpose);
  request.set_page_size(page_size);
  return request;
}

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CALLS_H_
