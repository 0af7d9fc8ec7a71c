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

grpc::ServerUnaryReactor* GovernanceService::BreakGlass(grpc::CallbackServerContext* context,
                                                        const v1::BreakGlassRequest* request,
                                                        v1::AccessGrant* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/BreakGlass", context, request, response,
                     &LedgerClient::BreakGlass);
}

grpc::ServerUnaryReactor* GovernanceService::ReviewBreakGlass(
    grpc::CallbackServerContext* context, const v1::ReviewBreakGlassRequest* request,
    v1::Receipt* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/ReviewBreakGlass", context, request,
                     response, &LedgerClient::ReviewBreakGlass);
}

grpc::ServerUnaryReactor* GovernanceService::RequestApproval(
    grpc::CallbackServerContext* context, const v1::RequestApprovalRequest* request,
    v1::RequestApprovalResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/RequestApproval", context, request, response,
                     &LedgerClient::RequestApproval);
}

grpc::ServerUnaryReactor* GovernanceService::GiveApproval(grpc::CallbackServerContext* context,
                                                          const v1::GiveApprovalRequest* request,
                                                          v1::AccessGrant* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/GiveApproval", context, request, response,
                     &LedgerClient::GiveApproval);
}

grpc::ServerUnaryReactor* GovernanceService::RegisterConnection(
    grpc::CallbackServerContext* context, const v1::RegisterConnectionRequest* request,
    v1::RegisterConnectionResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/RegisterConnection", context, request,
                     response, &LedgerClient::RegisterConnection);
}

grpc::ServerUnaryReactor* GovernanceService::ReadNotices(grpc::CallbackServerContext* context,
                                                         const v1::ReadNoticesRequest* request,
                                                         v1::ReadNoticesResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/ReadNotices", context, request, response,
                     &LedgerClient::ReadNotices);
}

grpc::ServerUnaryReactor* GovernanceService::AcknowledgeNotices(
    grpc::CallbackServerContext* context, const v1::AcknowledgeNoticesRequest* request,
    v1::Receipt* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/AcknowledgeNotices", context, request,
                     response, &LedgerClient::AcknowledgeNotices);
}

grpc::ServerUnaryReactor* GovernanceService::ListReadings(grpc::CallbackServerContext* context,
                                                          const v1::ListReadingsRequest* request,
                                                          v1::ListReadingsResponse* response) {
  return HandleUnary(parts_, "/concordat.v1.Governance/ListReadings", context, request, response,
                     &LedgerClient::ListReadings);
}

}  // namespace concordat::services
