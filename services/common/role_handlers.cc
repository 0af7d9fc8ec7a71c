#include "services/common/role_handlers.h"

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/refuse_stream.h"
#include "services/common/validate_event.h"

namespace concordat::services {

grpc::ServerUnaryReactor* HandlePush(const RoleServiceParts& parts, const EventBodies& bodies,
                                     std::string_view method, grpc::CallbackServerContext* context,
                                     const v1::PushRequest* request, v1::Receipt* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = parts.guard->Admit(*context, method);
  absl::Status status = caller.status();
  if (status.ok()) status = ValidatePush(*request, bodies, *parts.clock);
  if (!status.ok()) {
    reactor->Finish(ToGrpcStatus(status));
    return reactor;
  }
  parts.ledger->Append(*caller, *request, [reactor, response](absl::StatusOr<v1::Receipt> receipt) {
    if (receipt.ok()) *response = *std::move(receipt);
    reactor->Finish(ToGrpcStatus(receipt.status()));
  });
  return reactor;
}

PushReactor* HandlePushStream(const RoleServiceParts& parts, const EventBodies& bodies,
                              std::string_view method, grpc::CallbackServerContext* context) {
  const absl::StatusOr<Caller> caller = parts.guard->Admit(*context, method);
  if (!caller.ok()) return RefusePushStream(caller.status());
  return StartPushStream(
      [parts, &bodies, again = parts.guard->Again(*context, method),
       append = parts.ledger->AppendInOrder(*caller)](v1::PushRequest request, PushReply reply) {
        absl::Status valid = again();
        if (valid.ok()) valid = ValidatePush(request, bodies, *parts.clock);
        if (!valid.ok()) return reply(std::move(valid));
        append(std::move(request), std::move(reply));
      });
}

grpc::ServerWriteReactor<v1::CasePage>* HandleReadCase(const RoleServiceParts& parts,
                                                       std::string_view method,
                                                       grpc::CallbackServerContext* context,
                                                       const v1::ReadCaseRequest* request) {
  const absl::StatusOr<Caller> caller = parts.guard->Admit(*context, method);
  if (!caller.ok()) return RefuseStream<v1::CasePage>(caller.status());
  const absl::Status valid = Validate(*request);
  if (!valid.ok()) return RefuseStream<v1::CasePage>(valid);
  return parts.ledger->ReadCase(*caller, parts.guard->Again(*context, method), *request);
}

}  // namespace concordat::services
