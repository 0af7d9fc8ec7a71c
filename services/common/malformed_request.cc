#include "services/common/malformed_request.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace concordat::services {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  explicit Interceptor(std::string request_type) : request_type_(std::move(request_type)) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED &&
          status.error_message().empty()) {
        methods->ModifySendStatus(
            grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                         absl::StrCat("request: got bytes that are no ", request_type_, ", want a ",
                                      request_type_)));
      }
    }
    methods->Proceed();
  }

 private:
  const std::string request_type_;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // Null, which gRPC passes over, for what this is not about.
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    // So gRPC takes a call of a method that is not served. Streams of ours tell for themselves
    // (push_stream.h).
    if (info->type() == grpc::experimental::ServerRpcInfo::Type::BIDI_STREAMING) return nullptr;
    // "/concordat.v1.Police/NotifyIncident" is concordat.v1.Police.NotifyIncident.
    std::string name = info->method();
    if (!name.empty()) name.erase(0, 1);
    std::replace(name.begin(), name.end(), '/', '.');
    const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
    return method == nullptr ? nullptr : new Interceptor(method->input_type()->name());
  }
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> TellMalformedRequests() {
  return std::make_unique<Factory>();
}

}  // namespace concordat::services
