// The handlers that role services have in common: admit, validate, forward to the ledger, reply.
#ifndef CONCORDAT_SERVICES_COMMON_ROLE_HANDLERS_H_
#define CONCORDAT_SERVICES_COMMON_ROLE_HANDLERS_H_

#include <grpcpp/support/server_callback.h>

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/call_guard.h"
#include "services/common/event_bodies.h"
#include "services/common/ledger_client.h"
#include "services/common/push_stream.h"
#include "services/common/status_mapping.h"
#include "services/common/validate_access.h"
#include "services/common/validate_governance.h"
#include "services/common/validate_request.h"

namespace concordat::services {

// What a role service stands on; all outlive it.
struct RoleServiceParts {
  const CallGuard* guard;
  LedgerClient* ledger;
  const Clock* clock;
};

// One event in, its receipt out. Refused unless the guard admits, the push is valid and its body is
// one of `bodies`; then the ledger's answer. `request` and `response` are gRPC's and live until the
// reactor is done.
grpc::ServerUnaryReactor* HandlePush(const RoleServiceParts& parts, const EventBodies& bodies,
                                     std::string_view method, grpc::CallbackServerContext* context,
                                     const v1::PushRequest* request, v1::Receipt* response);

// The same for a stream (push_stream.h): the caller is admitted once, every item validated.
// `bodies` outlives the call.
PushReactor* HandlePushStream(const RoleServiceParts& parts, const EventBodies& bodies,
                              std::string_view method, grpc::CallbackServerContext* context);

// The case as the ledger releases it to this service and its caller.
grpc::ServerWriteReactor<v1::CasePage>* HandleReadCase(const RoleServiceParts& parts,
                                                       std::string_view method,
                                                       grpc::CallbackServerContext* context,
                                                       const v1::ReadCaseRequest* request);

// One request in, the ledger's answer out: refused unless the guard admits and it is valid
// (validate_request.h, validate_governance.h). `request` and `response` as above.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* HandleUnary(
    const RoleServiceParts& parts, std::string_view method, grpc::CallbackServerContext* context,
    const Request* request, Response* response,
    void (LedgerClient::*forward)(const Caller&, Request, LedgerClient::Reply<Response>)) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = parts.guard->Admit(*context, method);
  absl::Status status = caller.status();
  if (status.ok()) status = Validate(*request);
  if (!status.ok()) {
    reactor->Finish(ToGrpcStatus(status));
    return reactor;
  }
  (parts.ledger->*forward)(*caller, *request, [reactor, response](absl::StatusOr<Response> answer) {
    if (answer.ok()) *response = *std::move(answer);
    reactor->Finish(ToGrpcStatus(answer.status()));
  });
  return reactor;
}

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_ROLE_HANDLERS_H_
