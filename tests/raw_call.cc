#include "tests/raw_call.h"

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>
#include <grpcpp/support/slice.h>

#include "absl/synchronization/notification.h"

namespace concordat::tests {
namespace {

// grpc.health.v1.HealthCheckResponse with status SERVING.
constexpr std::string_view kServing = "\x08\x01";

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return "";
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

void SetDeadline(absl::Duration timeout, grpc::ClientContext* context) {
  context->set_deadline(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN)));
}

class Reactor final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reactor(const RawCall& call, grpc::ClientContext* context, RawReply* reply)
      : call_(call), context_(context), reply_(reply) {}

  void Run() {
    StartRead(&incoming_);
    WriteNext();
    StartCall();
    ended_.WaitForNotification();
  }

  void OnWriteDone(bool ok) override {
    if (ok) WriteNext();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    reply_->messages.push_back(ToString(incoming_));
    if (call_.stop != nullptr && call_.stop(reply_->messages.back())) context_->TryCancel();
    StartRead(&incoming_);
  }
  void OnDone(const grpc::Status& status) override {
    reply_->status = status;
    ended_.Notify();
  }

 private:
  void WriteNext() {
    if (written_ == call_.requests.size()) return StartWritesDone();
    outgoing_ = ToBuffer(call_.requests[written_++]);
    StartWrite(&outgoing_);
  }

  const RawCall& call_;
  grpc::ClientContext* const context_;
  RawReply* const reply_;
  size_t written_ = 0;
  grpc::ByteBuffer outgoing_;
  grpc::ByteBuffer incoming_;
  absl::Notification ended_;
};

void AppendMetadata(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                    std::string* text) {
  for (const auto& [name, value] : metadata) {
    text->append(name.data(), name.size()).append("=").append(value.data(), value.size());
    text->append("\n");
  }
}

}  // namespace

std::string RawReply::AllBytes() const {
  std::string bytes = metadata + status.error_message() + "\n" + status.error_details() + "\n";
  for (const std::string& message : messages) bytes += message;
  return bytes;
}

RawReply Call(const std::shared_ptr<grpc::Channel>& channel, const RawCall& call) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  SetDeadline(call.timeout, &context);
  for (const auto& [name, value] : call.metadata) context.AddMetadata(name, value);
  RawReply reply;
  Reactor reactor(call, &context, &reply);
  stub.PrepareBidiStreamingCall(&context, call.method, grpc::StubOptions(), &reactor);
  reactor.Run();
  AppendMetadata(context.GetServerInitialMetadata(), &reply.metadata);
  AppendMetadata(context.GetServerTrailingMetadata(), &reply.metadata);
  return reply;
}

bool IsServing(const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout) {
  RawCall call{"/grpc.health.v1.Health/Check", {""}};
  call.timeout = timeout;
  const RawReply reply = Call(channel, call);
  return reply.status.ok() && reply.messages.size() == 1 && reply.messages[0] == kServing;
}

}  // namespace concordat::tests
