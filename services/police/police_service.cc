#include "services/police/police_service.h"

#include "services/common/event_bodies.h"

namespace concordat::services {

grpc::ServerUnaryReactor* PoliceService::NotifyIncident(grpc::CallbackServerContext* context,
                                                        const v1::PushRequest* request,
                                                        v1::Receipt* response) {
  return HandlePush(parts_, BodiesOfServiceRole(v1::POLICE), "/concordat.v1.Police/NotifyIncident",
                    context, request, response);
}

PushReactor* PoliceService::NotifyIncidents(grpc::CallbackServerContext* context) {
  return HandlePushStream(parts_, BodiesOfServiceRole(v1::POLICE),
                          "/concordat.v1.Police/NotifyIncidents", context);
}

grpc::ServerWriteReactor<v1::CasePage>* PoliceService::ReadCase(
    grpc::CallbackServerContext* context, const v1::ReadCaseRequest* request) {
  return HandleReadCase(parts_, "/concordat.v1.Police/ReadCase", context, request);
}

}  // namespace concordat::services
