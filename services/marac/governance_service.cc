#include "services/marac/governance_service.h"

namespace concordat::services {

grpc::ServerUnaryReactor* GovernanceService::GetRelease(grpc::CallbackServerContext* context,
                                                        const v1::GetReleaseRequest* request,
                                                        v1::Release* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/GetRelease", context, request, response,
                     &LedgerClient::GetRelease);
}

grpc::ServerUnaryReactor* GovernanceService::ConfirmRelease(
    grpc::CallbackServerContext* context, const v1::ConfirmReleaseRequest* request,
    v1::Receipt* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/ConfirmRelease", context, request, response,
                     &LedgerClient::ConfirmRelease);
}

grpc::ServerUnaryReactor* GovernanceService::SetEvidenceHold(
    grpc::CallbackServerContext* context, const v1::SetEvidenceHoldRequest* request,
    v1::Receipt* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/SetEvidenceHold", context, request, response,
                     &LedgerClient::SetEvidenceHold);
}

grpc::ServerUnaryReactor* GovernanceService::SealCase(grpc::CallbackServerContext* context,
                                                      const v1::SealCaseRequest* request,
                                                      v1::Receipt* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/SealCase", context, request, response,
                     &LedgerClient::SealCase);
}

grpc::ServerUnaryReactor* GovernanceService::RequestErasure(
    grpc::CallbackServerContext* context, const v1::RequestErasureRequest* request,
    v1::RequestErasureResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/RequestErasure", context, request, response,
                     &LedgerClient::RequestErasure);
}

grpc::ServerUnaryReactor* GovernanceService::ApproveErasure(
    grpc::CallbackServerContext* context, const v1::ApproveErasureRequest* request,
    v1::DestructionCertificate* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/ApproveErasure", context, request, response,
                     &LedgerClient::ApproveErasure);
}

}  // namespace concordat::services
