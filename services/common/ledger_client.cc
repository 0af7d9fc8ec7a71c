#include "services/common/ledger_client.h"

#include <grpc/support/time.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/append_stream.h"
#include "services/common/call_guard.h"
#include "services/common/ledger_status.h"
#include "services/common/status_mapping.h"
#include "services/common/stream_relay.h"

namespace concordat::services {
namespace {

// What a unary call needs until it has ended.
template <typename Request, typename Response>
struct UnaryCall {
  grpc::ClientContext context;
  Request request;
  Response response;
};

void SetDeadline(int seconds, grpc::ClientContext* context) {
  context->set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(seconds, GPR_TIMESPAN)));
}

}  // namespace

LedgerClient::LedgerClient(const Options& options)
    : stub_(v1::Ledger::NewStub(options.channel)), workload_(options.workload) {}

LedgerClient::~LedgerClient() {
  append_streams_.CancelAll();
  append_streams_.AwaitNone();
}

void LedgerClient::PrepareContext(const Caller& end_caller, grpc::ClientContext* context) const {
  v1::EndCaller stated;
  stated.set_spiffe_id(end_caller.id.ToString());
  stated.set_certificate_sha256(end_caller.certificate_sha256);
  stated.set_practitioner_token(end_caller.practitioner_token);
  context->AddMetadata(kEndCallerMetadata, stated.SerializeAsString());
  if (!workload_.empty()) context->AddMetadata(kWorkloadMetadata, workload_);
}

template <typename Request, typename Response>
void LedgerClient::Call(AsyncCall<Request, Response> method, const Caller& end_caller,
                        Request request, int seconds_max, Reply<Response> reply) {
  auto call = std::make_shared<UnaryCall<Request, Response>>();
  call->request = std::move(request);
  PrepareContext(end_caller, &call->context);
  SetDeadline(seconds_max, &call->context);
  AsyncStub* const stub = stub_->async();
  (stub->*method)(&call->context, &call->request, &call->response,
                  [call, reply = std::move(reply)](const grpc::Status& status) {
                    if (status.ok()) {
                      reply(std::move(call->response));
                    } else {
                      reply(FromLedger(status));
                    }
                  });
}

void LedgerClient::Append(const Caller& end_caller, v1::PushRequest request, PushReply reply) {
  Call<v1::PushRequest, v1::Receipt>(&AsyncStub::Append, end_caller, std::move(request),
                                     kLedgerCallSecondsMax, std::move(reply));
}

void LedgerClient::AcknowledgeAlerts(const Caller& end_caller, v1::AcknowledgeAlertsRequest request,
                                     Reply<v1::AcknowledgeAlertsResponse> reply) {
  Call<v1::AcknowledgeAlertsRequest, v1::AcknowledgeAlertsResponse>(
      &AsyncStub::AcknowledgeAlerts, end_caller, std::move(request), kLedgerCallSecondsMax,
      std::move(reply));
}

void LedgerClient::GetRelease(const Caller& end_caller, v1::GetReleaseRequest request,
                              Reply<v1::Release> reply) {
  Call<v1::GetReleaseRequest, v1::Release>(&AsyncStub::GetRelease, end_caller, std::move(request),
                                           kLedgerCallSecondsMax, std::move(reply));
}

void LedgerClient::ConfirmRelease(const Caller& end_caller, v1::ConfirmReleaseRequest request,
                                  Reply<v1::Receipt> reply) {
  Call<v1::ConfirmReleaseRequest, v1::Receipt>(&AsyncStub::ConfirmRelease, end_caller,
                                               std::move(request), kLedgerCallSecondsMax,
                                               std::move(reply));
}

void LedgerClient::SetEvidenceHold(const Caller& end_caller, v1::SetEvidenceHoldRequest request,
                                   Reply<v1::Receipt> reply) {
  Call<v1::SetEvidenceHoldRequest, v1::Receipt>(&AsyncStub::SetEvidenceHold, end_caller,
                                                std::move(request), kLedgerCallSecondsMax,
                                                std::move(reply));
}

void LedgerClient::SealCase(const Caller& end_caller, v1::SealCaseRequest request,
                            Reply<v1::Receipt> reply) {
  Call<v1::SealCaseRequest, v1::Receipt>(&AsyncStub::SealCase, end_caller, std::move(request),
                                         kLedgerCallSecondsMax, std::move(reply));
}

void LedgerClient::RequestErasure(const Caller& end_caller, v1::RequestErasureRequest request,
                                  Reply<v1::RequestErasureResponse> reply) {
  Call<v1::RequestErasureRequest, v1::RequestErasureResponse>(
      &AsyncStub::RequestErasure, end_caller, std::move(request), kLedgerCallSecondsMax,
      std::move(reply));
}

void LedgerClient::ApproveErasure(const Caller& end_caller, v1::ApproveErasureRequest request,
                                  Reply<v1::DestructionCertificate> reply) {
  Call<v1::ApproveErasureRequest, v1::DestructionCertificate>(
      &AsyncStub::ApproveErasure, end_caller, std::move(request), kLedgerErasureSecondsMax,
      std::move(reply));
}

void LedgerClient::BreakGlass(const Caller& end_caller, v1::BreakGlassRequest request,
                              Reply<v1::AccessGrant> reply) {
  Call<v1::BreakGlassRequest, v1::AccessGrant>(&AsyncStub::BreakGlass, end_caller,
                                               std::move(request), kLedgerCallSecondsMax,
                                               std::move(reply));
}

void LedgerClient::ReviewBreakGlass(const Caller& end_caller, v1::ReviewBreakGlassRequest request,
                                    Reply<v1::Receipt> reply) {
  Call<v1::ReviewBreakGlassRequest, v1::Receipt>(&AsyncStub::ReviewBreakGlass, end_caller,
                                                 std::move(request), kLedgerCallSecondsMax,
                                                 std::move(reply));
}

void LedgerClient::RequestApproval(const Caller& end_caller, v1::RequestApprovalRequest request,
                                   Reply<v1::RequestApprovalResponse> reply) {
  Call<v1::RequestApprovalRequest, v1::RequestApprovalResponse>(
      &AsyncStub::RequestApproval, end_caller, std::move(request), kLedgerCallSecondsMax,
      std::move(reply));
}

void LedgerClient::GiveApproval(const Caller& end_caller, v1::GiveApprovalRequest request,
                                Reply<v1::AccessGrant> reply) {
  Call<v1::GiveApprovalRequest, v1::AccessGrant>(&AsyncStub::GiveApproval, end_caller,
                                                 std::move(request), kLedgerCallSecondsMax,
                                                 std::move(reply));
}

void LedgerClient::RegisterConnection(const Caller& end_caller,
                                      v1::RegisterConnectionRequest request,
                                      Reply<v1::RegisterConnectionResponse> reply) {
  Call<v1::RegisterConnectionRequest, v1::RegisterConnectionResponse>(
      &AsyncStub::RegisterConnection, end_caller, std::move(request), kLedgerCallSecondsMax,
      std::move(reply));
}

void LedgerClient::ReadNotices(const Caller& end_caller, v1::ReadNoticesRequest request,
                               Reply<v1::ReadNoticesResponse> reply) {
  Call<v1::ReadNoticesRequest, v1::ReadNoticesResponse>(&AsyncStub::ReadNotices, end_caller,
                                                        std::move(request), kLedgerCallSecondsMax,
                                                        std::move(reply));
}

void LedgerClient::AcknowledgeNotices(const Caller& end_caller,
                                      v1::AcknowledgeNoticesRequest request,
                                      Reply<v1::Receipt> reply) {
  Call<v1::AcknowledgeNoticesRequest, v1::Receipt>(&AsyncStub::AcknowledgeNotices, end_caller,
                                                   std::move(request), kLedgerCallSecondsMax,
                                                   std::move(reply));
}

void LedgerClient::ListReadings(const Caller& end_caller, v1::ListReadingsRequest request,
                                Reply<v1::ListReadingsResponse> reply) {
  Call<v1::ListReadingsRequest, v1::ListReadingsResponse>(&AsyncStub::ListReadings, end_caller,
                                                          std::move(request), kLedgerCallSecondsMax,
                                                          std::move(reply));
}

PushSink LedgerClient::AppendInOrder(const Caller& end_caller) {
  auto prepare = [this, end_caller] {
    auto context = std::make_unique<grpc::ClientContext>();
    PrepareContext(end_caller, context.get());
    return context;
  };
  auto open = [this](grpc::ClientContext* context, AppendStream::Reactor* reactor) {
    stub_->async()->AppendStream(context, reactor);
  };
  auto stream =
      std::make_shared<AppendStream>(std::move(prepare), std::move(open), &append_streams_);
  return [stream](v1::PushRequest request, PushReply reply) {
    stream->Send(std::move(request), std::move(reply));
  };
}

grpc::ServerWriteReactor<v1::CasePage>* LedgerClient::ReadCase(const Caller& end_caller,
                                                               Readmission readmission,
                                                               v1::ReadCaseRequest request) {
  auto context = std::make_unique<grpc::ClientContext>();
  PrepareContext(end_caller, context.get());
  auto upstream = [this, request = std::move(request)](
                      grpc::ClientContext* upstream_context,
                      grpc::ClientReadReactor<v1::CasePage>* reader) {
    stub_->async()->ReadCase(upstream_context, &request, reader);
  };
  return StreamRelay<v1::CasePage>::Start(std::move(context), &case_reads_, std::move(readmission),
                                          std::move(upstream), FromLedger);
}

grpc::ServerWriteReactor<v1::WatchAlertsItem>* LedgerClient::FollowAlerts(
    const Caller& end_caller, Readmission readmission, v1::WatchAlertsRequest request) {
  auto context = std::make_unique<grpc::ClientContext>();
  PrepareContext(end_caller, context.get());
  auto upstream = [this, request = std::move(request)](
                      grpc::ClientContext* upstream_context,
                      grpc::ClientReadReactor<v1::WatchAlertsItem>* reader) {
    stub_->async()->FollowAlerts(upstream_context, &request, reader);
  };
  auto map_status = [this](const grpc::Status& status) {
    if (alert_streams_.cancelled()) {
      return absl::UnavailableError("service: got a stop, want a new connection");
    }
    return FromLedger(status);
  };
  return StreamRelay<v1::WatchAlertsItem>::Start(std::move(context), &alert_streams_,
                                                 std::move(readmission), std::move(upstream),
                                                 std::move(map_status));
}

}  // namespace concordat::services
