// MARAC coordination: referrals from any agency that takes part in cases, and case histories, each
// reader by its own role.
#ifndef CONCORDAT_SERVICES_MARAC_MARAC_SERVICE_H_
#define CONCORDAT_SERVICES_MARAC_MARAC_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/role_handlers.h"

namespace concordat::services {

// For agencies of every role but EVALUATOR and AUDITOR. Thread-safe; holds no state.
class MaracService final : public v1::Marac::CallbackService {
 public:
  explicit MaracService(const RoleServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* ReferCase(grpc::CallbackServerContext* context,
                                      const v1::PushRequest* request,
                                      v1::Receipt* response) override;
  grpc::ServerWriteReactor<v1::CasePage>* PullCaseHistory(
      grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) override;

 private:
  const RoleServiceParts parts_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_MARAC_MARAC_SERVICE_H_
