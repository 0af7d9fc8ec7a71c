#include "services/social/social_service.h"

#include "services/common/event_bodies.h"

namespace concordat::services {

grpc::ServerUnaryReactor* SocialService::RecordContact(grpc::CallbackServerContext* context,
                                                       const v1::PushRequest* request,
                                                       v1::Receipt* response) {
  return HandlePush(parts_, BodiesOfServiceRole(v1::CHILDRENS_SOCIAL_CARE),
                    "/concordat.v1.Social/RecordContact", context, request, response);
}

PushReactor* SocialService::RecordContacts(grpc::CallbackServerContext* context) {
  return HandlePushStream(parts_, BodiesOfServiceRole(v1::CHILDRENS_SOCIAL_CARE),
                          "/concordat.v1.Social/RecordContacts", context);
}

grpc::ServerWriteReactor<v1::CasePage>* SocialService::ReadCase(
    grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) {
  return HandleReadCase(parts_, "/concordat.v1.Social/ReadCase", context, request);
}

}  // namespace concordat::services
