// A role service's way to the ledger. Every call states the end caller for whom it is made.
#ifndef CONCORDAT_SERVICES_COMMON_LEDGER_CLIENT_H_
#define CONCORDAT_SERVICES_COMMON_LEDGER_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/call_guard.h"
#include "services/common/caller.h"
#include "services/common/open_calls.h"
#include "services/common/push_stream.h"

namespace concordat::services {

// A unary call that has not ended after this is given up: DEADLINE_EXCEEDED. Retrying an append is
// safe.
inline constexpr int kLedgerCallSecondsMax = 30;
// The same for an approved erasure, which answers after the disk was searched.
inline constexpr int kLedgerErasureSecondsMax = 600;

// Thread-safe; no call blocks. Outlives the calls made through it, so it is destroyed after the
// server is drained.
//
// Errors are the ledger's own. A ledger that can't be reached, or that this service may not speak
// to, is UNAVAILABLE "ledger: ...", which a sender retries; after Shutdown, UNAVAILABLE "service:
// ...".
class LedgerClient {
 public:
  struct Options {
    std::shared_ptr<grpc::Channel> channel;
    // In-process channels only: the SPIFFE id that this role service acts under. Empty over TLS,
    // where the certificate says it.
    std::string workload;
  };

  explicit LedgerClient(const Options& options);
  // Waits for the append streams to end: their senders have gone.
  ~LedgerClient();

  void Append(const Caller& end_caller, v1::PushRequest request, PushReply reply);

  // A sink whose items reach the ledger in the order they are given (append_stream.h). Its stream
  // to the ledger is opened by the first item and ends with the last copy of the sink.
  PushSink AppendInOrder(const Caller& end_caller);

  // Called once, on a thread of gRPC's.
  template <typename Response>
  using Reply = std::function<void(absl::StatusOr<Response>)>;

  void AcknowledgeAlerts(const Caller& end_caller, v1::AcknowledgeAlertsRequest request,
                         Reply<v1::AcknowledgeAlertsResponse> reply);
  void GetRelease(const Caller& end_caller, v1::GetReleaseRequest request,
                  Reply<v1::Release> reply);
  void ConfirmRelease(const Caller& end_caller, v1::ConfirmReleaseRequest request,
                      Reply<v1::Receipt> reply);
  void SetEvidenceHold(const Caller& end_caller, v1::SetEvidenceHoldRequest request,
                       Reply<v1::Receipt> reply);
  void SealCase(const Caller& end_caller, v1::SealCaseRequest request, Reply<v1::Receipt> reply);
  void RequestErasure(const Caller& end_caller, v1::RequestErasureRequest request,
                      Reply<v1::RequestErasureResponse> reply);
  void ApproveErasure(const Caller& end_caller, v1::ApproveErasureRequest request,
                      Reply<v1::DestructionCertificate> reply);
  void BreakGlass(const Caller& end_caller, v1::BreakGlassRequest request,
                  Reply<v1::AccessGrant> reply);
  void ReviewBreakGlass(const Caller& end_caller, v1::ReviewBreakGlassRequest request,
                        Reply<v1::Receipt> reply);
  void RequestApproval(const Caller& end_caller, v1::RequestApprovalRequest request,
                       Reply<v1::RequestApprovalResponse> reply);
  void GiveApproval(const Caller& end_caller, v1::GiveApprovalRequest request,
                    Reply<v1::AccessGrant> reply);
  void RegisterConnection(const Caller& end_caller, v1::RegisterConnectionRequest request,
                          Reply<v1::RegisterConnectionResponse> reply);
  void ReadNotices(const Caller& end_caller, v1::ReadNoticesRequest request,
                   Reply<v1::ReadNoticesResponse> reply);
  void AcknowledgeNotices(const Caller& end_caller, v1::AcknowledgeNoticesRequest request,
                          Reply<v1::Receipt> reply);
  void ListReadings(const Caller& end_caller, v1::ListReadingsRequest request,
                    Reply<v1::ListReadingsResponse> reply);

  // Relays to return from a handler (stream_relay.h).
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(const Caller& end_caller,
                                                   Readmission readmission,
                                                   v1::ReadCaseRequest request);
  grpc::ServerWriteReactor<v1::WatchAlertsItem>* FollowAlerts(const Caller& end_caller,
                                                              Readmission readmission,
                                                              v1::WatchAlertsRequest request);

  // Ends the alert streams, which have no end of their own. Before the server drains.
  void Shutdown() { alert_streams_.CancelAll(); }

 private:
  using AsyncStub = v1::Ledger::StubInterface::async_interface;
  template <typename Request, typename Response>
  using AsyncCall = void (AsyncStub::*)(grpc::ClientContext*, const Request*, Response*,
                                        std::function<void(grpc::Status)>);

  template <typename Request, typename Response>
  void Call(AsyncCall<Request, Response> method, const Caller& end_caller, Request request,
            int seconds_max, Reply<Response> reply);
  void PrepareContext(const Caller& end_caller, grpc::ClientContext* context) const;

  const std::unique_ptr<v1::Ledger::Stub> stub_;
  const std::string workload_;
  OpenCalls alert_streams_;
  OpenCalls append_streams_;
  OpenCalls case_reads_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_LEDGER_CLIENT_H_
