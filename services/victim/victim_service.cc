#include "services/victim/victim_service.h"

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/event_bodies.h"
#include "services/common/refuse_stream.h"
#include "services/common/validate_request.h"

namespace concordat::services {

grpc::ServerWriteReactor<v1::WatchAlertsItem>* VictimService::WatchAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  constexpr std::string_view kMethod = "/concordat.v1.Victim/WatchAlerts";
  const absl::StatusOr<Caller> caller = parts_.guard->Admit(*context, kMethod);
  if (!caller.ok()) return RefuseStream<v1::WatchAlertsItem>(caller.status());
  const absl::Status valid = Validate(*request);
  if (!valid.ok()) return RefuseStream<v1::WatchAlertsItem>(valid);
  return parts_.ledger->FollowAlerts(*caller, parts_.guard->Again(*context, kMethod), *request);
}

grpc::ServerUnaryReactor* VictimService::AcknowledgeAlerts(
    grpc::CallbackServerContext* context, const v1::AcknowledgeAlertsRequest* request,
    v1::AcknowledgeAlertsResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Victim/AcknowledgeAlerts", context, request, response,
                     &LedgerClient::AcknowledgeAlerts);
}

grpc::ServerUnaryReactor* VictimService::RecordLiaisonContact(grpc::CallbackServerContext* context,
                                                              const v1::PushRequest* request,
                                                              v1::Receipt* response) {
  return HandlePush(parts_, BodiesOfServiceRole(v1::VICTIM_SERVICE),
                    "/concordat.v1.Victim/RecordLiaisonContact", context, request, response);
}

grpc::ServerWriteReactor<v1::CasePage>* VictimService::ReadCase(
    grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) {
  return HandleReadCase(parts_, "/concordat.v1.Victim/ReadCase", context, request);
}

}  // namespace concordat::services
