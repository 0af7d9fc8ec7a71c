// The ledger on the wire: admit, validate, hand to the Ledger, reply. One instance a server.
#ifndef CONCORDAT_SERVICES_LEDGER_LEDGER_SERVICE_H_
#define CONCORDAT_SERVICES_LEDGER_LEDGER_SERVICE_H_

#include "base/clock.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/call_guard.h"
#include "services/ledger/ledger.h"

namespace concordat::services {

class LedgerService final : public v1::Ledger::CallbackService {
 public:
  // All outlive it.
  LedgerService(Ledger* ledger, const CallGuard* guard, const Clock* clock)
      : ledger_(ledger), guard_(guard), clock_(clock) {}

  grpc::ServerUnaryReactor* Append(grpc::CallbackServerContext* context,
                                   const v1::PushRequest* request, v1::Receipt* response) override;
  grpc::ServerBidiReactor<v1::PushRequest, v1::PushResult>* AppendStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override;
  grpc::ServerWriteReactor<v1::WatchAlertsItem>* FollowAlerts(
      grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) override;
  grpc::ServerUnaryReactor* AcknowledgeAlerts(grpc::CallbackServerContext* context,
                                              const v1::AcknowledgeAlertsRequest* request,
                                              v1::AcknowledgeAlertsResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerWriteReactor<v1::GetEntriesResponse>* GetEntries(
      grpc::CallbackServerContext* context, const v1::GetEntriesRequest* request) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override;
  grpc::ServerUnaryReactor* FindSubjects(grpc::CallbackServerContext* context,
                                         const v1::FindSubjectsRequest* request,
                                         v1::FindSubjectsResponse* response) override;
  grpc::ServerUnaryReactor* ReplayRelease(grpc::CallbackServerContext* context,
                                          const v1::ReplayReleaseRequest* request,
                                          v1::ReplayReleaseResponse* response) override;
  grpc::ServerUnaryReactor* GetRelease(grpc::CallbackServerContext* context,
                                       const v1::GetReleaseRequest* request,
                                       v1::Release* response) override;
  grpc::ServerUnaryReactor* ConfirmRelease(grpc::CallbackServerContext* context,
                                           const v1::ConfirmReleaseRequest* request,
                                           v1::Receipt* response) override;
  grpc::ServerUnaryReactor* SetEvidenceHold(grpc::CallbackServerContext* context,
                                            const v1::SetEvidenceHoldRequest* request,
                                            v1::Receipt* response) override;
  grpc::ServerUnaryReactor* SealCase(grpc::CallbackServerContext* context,
                                     const v1::SealCaseRequest* request,
                                     v1::Receipt* response) override;
  grpc::ServerUnaryReactor* RequestErasure(grpc::CallbackServerContext* context,
                                           const v1::RequestErasureRequest* request,
                                           v1::RequestErasureResponse* response) override;
  grpc::ServerUnaryReactor* ApproveErasure(grpc::CallbackServerContext* context,
                                           const v1::ApproveErasureRequest* request,
                                           v1::DestructionCertificate* response) override;
  grpc::ServerUnaryReactor* BreakGlass(grpc::CallbackServerContext* context,
                                       const v1::BreakGlassRequest* request,
                                       v1::AccessGrant* response) override;
  grpc::ServerUnaryReactor* ReviewBreakGlass(grpc::CallbackServerContext* context,
                                             const v1::ReviewBreakGlassRequest* request,
                                             v1::Receipt* response) override;
  grpc::ServerUnaryReactor* RequestApproval(grpc::CallbackServerContext* context,
                                            const v1::RequestApprovalRequest* request,
                                            v1::RequestApprovalResponse* response) override;
  grpc::ServerUnaryReactor* GiveApproval(grpc::CallbackServerContext* context,
                                         const v1::GiveApprovalRequest* request,
                                         v1::AccessGrant* response) override;
  grpc::ServerUnaryReactor* RegisterConnection(grpc::CallbackServerContext* context,
                                               const v1::RegisterConnectionRequest* request,
                                               v1::RegisterConnectionResponse* response) override;
  grpc::ServerUnaryReactor* ReadNotices(grpc::CallbackServerContext* context,
                                        const v1::ReadNoticesRequest* request,
                                        v1::ReadNoticesResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeNotices(grpc::CallbackServerContext* context,
                                               const v1::AcknowledgeNoticesRequest* request,
                                               v1::Receipt* response) override;
  grpc::ServerUnaryReactor* ListReadings(grpc::CallbackServerContext* context,
                                         const v1::ListReadingsRequest* request,
                                         v1::ListReadingsResponse* response) override;

 private:
  absl::Status CheckPush(const Caller& caller, const v1::PushRequest& push) const;

  Ledger* ledger_;
  const CallGuard* guard_;
  const Clock* clock_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_LEDGER_SERVICE_H_
