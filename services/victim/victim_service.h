// Victim services: liaison alerts out, what came of them and of every contact in.
#ifndef CONCORDAT_SERVICES_VICTIM_VICTIM_SERVICE_H_
#define CONCORDAT_SERVICES_VICTIM_VICTIM_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/role_handlers.h"

namespace concordat::services {

// For agencies of role VICTIM_SERVICE. Thread-safe; holds no state: the cursor and the
// acknowledgements are the ledger's.
class VictimService final : public v1::Victim::CallbackService {
 public:
  explicit VictimService(const RoleServiceParts& parts) : parts_(parts) {}

  grpc::ServerWriteReactor<v1::WatchAlertsItem>* WatchAlerts(
      grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) override;
  grpc::ServerUnaryReactor* AcknowledgeAlerts(grpc::CallbackServerContext* context,
                                              const v1::AcknowledgeAlertsRequest* request,
                                              v1::AcknowledgeAlertsResponse* response) override;
  grpc::ServerUnaryReactor* RecordLiaisonContact(grpc::CallbackServerContext* context,
                                                 const v1::PushRequest* request,
                                                 v1::Receipt* response) override;
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override;

 private:
  const RoleServiceParts parts_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_VICTIM_VICTIM_SERVICE_H_
