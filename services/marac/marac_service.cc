#include "services/marac/marac_service.h"

#include "services/common/event_bodies.h"

namespace concordat::services {

grpc::ServerUnaryReactor* MaracService::ReferCase(grpc::CallbackServerContext* context,
                                                  const v1::PushRequest* request,
                                                  v1::Receipt* response) {
  return HandlePush(parts_, BodiesOfServiceRole(v1::MARAC_COORDINATOR),
                    "/concordat.v1.Marac/ReferCase", context, request, response);
}

grpc::ServerWriteReactor<v1::CasePage>* MaracService::PullCaseHistory(
    grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) {
  return HandleReadCase(parts_, "/concordat.v1.Marac/PullCaseHistory", context, request);
}

}  // namespace concordat::services
