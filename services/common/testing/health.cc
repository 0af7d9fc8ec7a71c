#include "services/common/testing/health.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include "base/check.h"

namespace concordat::services::testing {

std::string HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel);
  // HealthCheckRequest: field 1, a text.
  CONCORDAT_CHECK(service.size() < 128);
  const std::string bytes =
      service.empty() ? "" : std::string("\x0a") + static_cast<char>(service.size()) + service;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call =
      stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  CONCORDAT_CHECK(queue.Next(&tag, &ok));
  queue.Shutdown();
  if (!status.ok()) return status.error_message();
  // HealthCheckResponse: field 1, an enum.
  grpc::Slice answer;
  CONCORDAT_CHECK(response.DumpToSingleSlice(&answer).ok());
  const std::string text(reinterpret_cast<const char*>(answer.begin()), answer.size());
  if (text == std::string("\x08\x01", 2)) return "SERVING";
  return text == std::string("\x08\x02", 2) ? "NOT_SERVING" : "another answer";
}

}  // namespace concordat::services::testing
