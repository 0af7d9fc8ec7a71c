// Children's and adult social care: contacts, enquiries, assessments and corrections in, their view
// of a case out.
#ifndef CONCORDAT_SERVICES_SOCIAL_SOCIAL_SERVICE_H_
#define CONCORDAT_SERVICES_SOCIAL_SOCIAL_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/push_stream.h"
#include "services/common/role_handlers.h"

namespace concordat::services {

// For agencies of role CHILDRENS_SOCIAL_CARE or ADULT_SOCIAL_CARE. Thread-safe; holds no state.
class SocialService final : public v1::Social::CallbackService {
 public:
  explicit SocialService(const RoleServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* RecordContact(grpc::CallbackServerContext* context,
                                          const v1::PushRequest* request,
                                          v1::Receipt* response) override;
  PushReactor* RecordContacts(grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override;

 private:
  const RoleServiceParts parts_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_SOCIAL_SOCIAL_SERVICE_H_
