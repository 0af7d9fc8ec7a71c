#include "services/common/grpc_life.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>

namespace concordat::services {
namespace {

// A server that nothing can reach. It holds what servers and channels of the callback API share,
// the queue and its threads, besides the library itself.
grpc::Server* StartHolder() {
  static grpc::CallbackGenericService* const service = new grpc::CallbackGenericService;
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(service);
  return builder.BuildAndStart().release();
}

}  // namespace

void KeepGrpcRunning() {
  // Never taken down, on purpose.
  static const grpc::Server* const holder = StartHolder();
  static_cast<void>(holder);
}

}  // namespace concordat::services
