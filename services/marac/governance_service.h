// What an agency may ask about what was released to it and about its cases: proof and confirmation
// of releases, evidence holds, erasure. Hosted beside MARAC, which every such agency reaches.
#ifndef CONCORDAT_SERVICES_MARAC_GOVERNANCE_SERVICE_H_
#define CONCORDAT_SERVICES_MARAC_GOVERNANCE_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/role_handlers.h"

namespace concordat::services {

// For agencies of every role that takes part in cases; holds for the police alone, erasure for
// nobody on the perpetrator's side (auth_policy.h). Each call is the ledger's, on behalf of the
// caller. Thread-safe; holds no state.
class GovernanceService final : public v1::Governance::CallbackService {
 public:
  explicit GovernanceService(const RoleServiceParts& parts) : parts_(parts) {}

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
  const RoleServiceParts parts_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_MARAC_GOVERNANCE_SERVICE_H_
