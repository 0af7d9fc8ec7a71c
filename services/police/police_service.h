// Police records systems: incidents, risk assessments, custody changes and corrections in, their
// view of a case out.
#ifndef CONCORDAT_SERVICES_POLICE_POLICE_SERVICE_H_
#define CONCORDAT_SERVICES_POLICE_POLICE_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/push_stream.h"
#include "services/common/role_handlers.h"

namespace concordat::services {

// For agencies of role POLICE. Thread-safe; holds no state.
class PoliceService final : public v1::Police::CallbackService {
 public:
  explicit PoliceService(const RoleServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest* request,
                                           v1::Receipt* response) override;
  PushReactor* NotifyIncidents(grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override;

 private:
  const RoleServiceParts parts_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_POLICE_POLICE_SERVICE_H_
