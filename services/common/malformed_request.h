// A request whose bytes are no message of its type. gRPC 1.51's callback handlers answer it with
// UNIMPLEMENTED and no text, as if there were no such method.
#ifndef CONCORDAT_SERVICES_COMMON_MALFORMED_REQUEST_H_
#define CONCORDAT_SERVICES_COMMON_MALFORMED_REQUEST_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace concordat::services {

// For ServerBuilder: makes that answer, of the methods in our protos, INVALID_ARGUMENT "request:
// got bytes that are no PushRequest, want a PushRequest". Our handlers never answer so themselves.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> TellMalformedRequests();

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_MALFORMED_REQUEST_H_
