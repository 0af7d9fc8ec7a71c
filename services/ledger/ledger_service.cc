#include "services/ledger/ledger_service.h"

#include <memory>
#include <utility>

#include "services/common/event_bodies.h"
#include "services/common/push_stream.h"
#include "services/common/refuse_stream.h"
#include "services/common/status_mapping.h"
#include "services/common/validate_access.h"
#include "services/common/validate_event.h"
#include "services/common/validate_governance.h"
#include "services/common/validate_request.h"
#include "services/ledger/alert_stream.h"
#include "services/ledger/page_streams.h"
#include "services/ledger/refusal_pace.h"

namespace concordat::services {
namespace {

// Admits the caller and validates the request: what every handler does first.
template <typename Request>
absl::StatusOr<Caller> Begin(const CallGuard& guard, const grpc::CallbackServerContext& context,
                             std::string_view method, const Request& request) {
  absl::StatusOr<Caller> caller = guard.Admit(context, method);
  if (!caller.ok()) return caller;
  const absl::Status valid = Validate(request);
  if (!valid.ok()) return valid;
  return caller;
}

grpc::ServerUnaryReactor* Reply(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

// Fills the response and finishes, paced from now on. The response outlives the call's Finish by
// gRPC's contract.
template <typename Response>
std::function<void(absl::StatusOr<Response>)> FinishWith(grpc::ServerUnaryReactor* reactor,
                                                         Response* response) {
  return Paced<Response>([reactor, response](absl::StatusOr<Response> result) {
    if (result.ok()) *response = *std::move(result);
    reactor->Finish(ToGrpcStatus(result.status()));
  });
}

// A call that the Ledger answers as a whole.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Handle(const CallGuard& guard, grpc::CallbackServerContext* context,
                                 std::string_view method, const Request* request,
                                 Response* response, Ledger* ledger,
                                 void (Ledger::*act)(const Caller&, const Request&,
                                                     Ledger::Done<Response>)) {
  const absl::StatusOr<Caller> caller = Begin(guard, *context, method, *request);
  if (!caller.ok()) return Reply(context, caller.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  (ledger->*act)(*caller, *request, FinishWith(reactor, response));
  return reactor;
}

}  // namespace

absl::Status LedgerService::CheckPush(const Caller& caller, const v1::PushRequest& push) const {
  return ValidatePush(push, BodiesOfServiceRole(caller.service_role), *clock_);
}

grpc::ServerUnaryReactor* LedgerService::Append(grpc::CallbackServerContext* context,
                                                const v1::PushRequest* request,
                                                v1::Receipt* response) {
  const absl::StatusOr<Caller> caller = guard_->Admit(*context, "/concordat.v1.Ledger/Append");
  if (!caller.ok()) return Reply(context, caller.status());
  const absl::Status valid = CheckPush(*caller, *request);
  if (!valid.ok()) return Reply(context, valid);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  ledger_->Append(*caller, *request, FinishWith(reactor, response));
  return reactor;
}

grpc::ServerBidiReactor<v1::PushRequest, v1::PushResult>* LedgerService::AppendStream(
    grpc::CallbackServerContext* context) {
  constexpr std::string_view kMethod = "/concordat.v1.Ledger/AppendStream";
  absl::StatusOr<Caller> caller = guard_->Admit(*context, kMethod);
  if (!caller.ok()) return RefusePushStream(caller.status());
  return StartPushStream([this, again = guard_->Again(*context, kMethod),
                          caller = *std::move(caller)](v1::PushRequest push, PushReply reply) {
    absl::Status valid = again();
    if (valid.ok()) valid = CheckPush(caller, push);
    if (!valid.ok()) return reply(valid);
    ledger_->Append(caller, std::move(push), Paced<v1::Receipt>(std::move(reply)));
  });
}

grpc::ServerWriteReactor<v1::CasePage>* LedgerService::ReadCase(
    grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) {
  constexpr std::string_view kMethod = "/concordat.v1.Ledger/ReadCase";
  const absl::StatusOr<Caller> caller = Begin(*guard_, *context, kMethod, *request);
  if (!caller.ok()) return RefuseStream<v1::CasePage>(caller.status());
  return StartCaseStream(ledger_, *caller, guard_->Again(*context, kMethod), *request);
}

grpc::ServerWriteReactor<v1::WatchAlertsItem>* LedgerService::FollowAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  constexpr std::string_view kMethod = "/concordat.v1.Ledger/FollowAlerts";
  const absl::StatusOr<Caller> caller = Begin(*guard_, *context, kMethod, *request);
  if (!caller.ok()) return RefuseStream<v1::WatchAlertsItem>(caller.status());
  return StartAlertStream(ledger_, *caller, guard_->Again(*context, kMethod), *request);
}

grpc::ServerUnaryReactor* LedgerService::AcknowledgeAlerts(
    grpc::CallbackServerContext* context, const v1::AcknowledgeAlertsRequest* request,
    v1::AcknowledgeAlertsResponse* response) {
  const absl::StatusOr<Caller> caller =
      Begin(*guard_, *context, "/concordat.v1.Ledger/AcknowledgeAlerts", *request);
  if (!caller.ok()) return Reply(context, caller.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  ledger_->AcknowledgeAlerts(*caller, *request, FinishWith(reactor, response));
  return reactor;
}

grpc::ServerUnaryReactor* LedgerService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                       const v1::GetCheckpointRequest* request,
                                                       v1::GetCheckpointResponse* response) {
  const absl::StatusOr<Caller> caller =
      Begin(*guard_, *context, "/concordat.v1.Ledger/GetCheckpoint", *request);
  if (!caller.ok()) return Reply(context, caller.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FinishWith(reactor, response)(ledger_->GetCheckpoint(*caller, request->purpose()));
  return reactor;
}

grpc::ServerWriteReactor<v1::GetEntriesResponse>* LedgerService::GetEntries(
    grpc::CallbackServerContext* context, const v1::GetEntriesRequest* request) {
  constexpr std::string_view kMethod = "/concordat.v1.Ledger/GetEntries";
  const absl::StatusOr<Caller> caller = Begin(*guard_, *context, kMethod, *request);
  if (!caller.ok()) return RefuseStream<v1::GetEntriesResponse>(caller.status());
  return StartEntryStream(ledger_, *caller, guard_->Again(*context, kMethod), *request);
}

grpc::ServerUnaryReactor* LedgerService::GetConsistencyProof(
    grpc::CallbackServerContext* context, const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  const absl::StatusOr<Caller> caller =
      Begin(*guard_, *context, "/concordat.v1.Ledger/GetConsistencyProof", *request);
  if (!caller.ok()) return Reply(context, caller.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FinishWith(reactor, response)(ledger_->GetConsistencyProof(*caller, *request));
  return reactor;
}

grpc::ServerUnaryReactor* LedgerService::FindSubjects(grpc::CallbackServerContext* context,
                                                      const v1::FindSubjectsRequest* request,
                                                      v1::FindSubjectsResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/FindSubjects", request, response, ledger_,
                &Ledger::FindSubjects);
}

grpc::ServerUnaryReactor* LedgerService::ReplayRelease(grpc::CallbackServerContext* context,
                                                       const v1::ReplayReleaseRequest* request,
                                                       v1::ReplayReleaseResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ReplayRelease", request, response, ledger_,
                &Ledger::ReplayRelease);
}

grpc::ServerUnaryReactor* LedgerService::GetRelease(grpc::CallbackServerContext* context,
                                                    const v1::GetReleaseRequest* request,
                                                    v1::Release* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/GetRelease", request, response, ledger_,
                &Ledger::GetRelease);
}

grpc::ServerUnaryReactor* LedgerService::ConfirmRelease(grpc::CallbackServerContext* context,
                                                        const v1::ConfirmReleaseRequest* request,
                                                        v1::Receipt* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ConfirmRelease", request, response, ledger_,
                &Ledger::ConfirmRelease);
}

grpc::ServerUnaryReactor* LedgerService::SetEvidenceHold(grpc::CallbackServerContext* context,
                                                         const v1::SetEvidenceHoldRequest* request,
                                                         v1::Receipt* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/SetEvidenceHold", request, response,
                ledger_, &Ledger::SetEvidenceHold);
}

grpc::ServerUnaryReactor* LedgerService::SealCase(grpc::CallbackServerContext* context,
                                                  const v1::SealCaseRequest* request,
                                                  v1::Receipt* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/SealCase", request, response, ledger_,
                &Ledger::SealCase);
}

grpc::ServerUnaryReactor* LedgerService::RequestErasure(grpc::CallbackServerContext* context,
                                                        const v1::RequestErasureRequest* request,
                                                        v1::RequestErasureResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/RequestErasure", request, response, ledger_,
                &Ledger::RequestErasure);
}

grpc::ServerUnaryReactor* LedgerService::ApproveErasure(grpc::CallbackServerContext* context,
                                                        const v1::ApproveErasureRequest* request,
                                                        v1::DestructionCertificate* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ApproveErasure", request, response, ledger_,
                &Ledger::ApproveErasure);
}

grpc::ServerUnaryReactor* LedgerService::BreakGlass(grpc::CallbackServerContext* context,
                                                    const v1::BreakGlassRequest* request,
                                                    v1::AccessGrant* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/BreakGlass", request, response, ledger_,
                &Ledger::BreakGlass);
}

grpc::ServerUnaryReactor* LedgerService::ReviewBreakGlass(
    grpc::CallbackServerContext* context, const v1::ReviewBreakGlassRequest* request,
    v1::Receipt* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ReviewBreakGlass", request, response,
                ledger_, &Ledger::ReviewBreakGlass);
}

grpc::ServerUnaryReactor* LedgerService::RequestApproval(grpc::CallbackServerContext* context,
                                                         const v1::RequestApprovalRequest* request,
                                                         v1::RequestApprovalResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/RequestApproval", request, response,
                ledger_, &Ledger::RequestApproval);
}

grpc::ServerUnaryReactor* LedgerService::GiveApproval(grpc::CallbackServerContext* context,
                                                      const v1::GiveApprovalRequest* request,
                                                      v1::AccessGrant* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/GiveApproval", request, response, ledger_,
                &Ledger::GiveApproval);
}

grpc::ServerUnaryReactor* LedgerService::RegisterConnection(
    grpc::CallbackServerContext* context, const v1::RegisterConnectionRequest* request,
    v1::RegisterConnectionResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/RegisterConnection", request, response,
                ledger_, &Ledger::RegisterConnection);
}

grpc::ServerUnaryReactor* LedgerService::ReadNotices(grpc::CallbackServerContext* context,
                                                     const v1::ReadNoticesRequest* request,
                                                     v1::ReadNoticesResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ReadNotices", request, response, ledger_,
                &Ledger::ReadNotices);
}

grpc::ServerUnaryReactor* LedgerService::AcknowledgeNotices(
    grpc::CallbackServerContext* context, const v1::AcknowledgeNoticesRequest* request,
    v1::Receipt* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/AcknowledgeNotices", request, response,
                ledger_, &Ledger::AcknowledgeNotices);
}

grpc::ServerUnaryReactor* LedgerService::ListReadings(grpc::CallbackServerContext* context,
                                                      const v1::ListReadingsRequest* request,
                                                      v1::ListReadingsResponse* response) {
  return Handle(*guard_, context, "/concordat.v1.Ledger/ListReadings", request, response, ledger_,
                &Ledger::ListReadings);
}

}  // namespace concordat::services
