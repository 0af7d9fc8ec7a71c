#include "tools/push_transport.h"

#include <grpc/support/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <thread>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/synchronization/mutex.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/status_mapping.h"

namespace concordat::tools {
namespace {

using services::FromGrpcStatus;

constexpr int64_t kUnaryDeadlineSeconds = 30;

using PushStream = grpc::ClientReaderWriter<v1::PushRequest, v1::PushResult>;
using OpenStream = std::function<std::unique_ptr<PushStream>(grpc::ClientContext*)>;
using UnaryCall =
    std::function<grpc::Status(grpc::ClientContext*, const v1::PushRequest&, v1::Receipt*)>;

class StreamTransport : public PushTransport {
 public:
  StreamTransport(const OpenStream& open, OnResult on_result)
      : on_result_(std::move(on_result)), stream_(open(&context_)) {
    reader_ = std::thread([this] { ReadAll(); });
  }

  ~StreamTransport() override {
    if (!reader_.joinable()) return;
    context_.TryCancel();
    (void)Finish();
  }

  absl::Status Send(const v1::PushRequest& request) override {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &StreamTransport::MayGoOn));
      if (closed_) return Lost();
      ++in_flight_;
    }
    return stream_->Write(request) ? absl::OkStatus() : Lost();
  }

  absl::Status Finish() override {
    stream_->WritesDone();
    reader_.join();
    return FromGrpcStatus(stream_->Finish());
  }

 private:
  static absl::Status Lost() { return absl::UnavailableError("the stream has ended"); }

  bool MayGoOn() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || in_flight_ < kPushInFlightMax;
  }

  void ReadAll() {
    v1::PushResult result;
    while (stream_->Read(&result)) {
      on_result_(result);
      absl::MutexLock lock(&mutex_);
      --in_flight_;
    }
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

  const OnResult on_result_;
  grpc::ClientContext context_;
  const std::unique_ptr<PushStream> stream_;
  absl::Mutex mutex_;
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread reader_;
};

class UnaryTransport : public PushTransport {
 public:
  UnaryTransport(UnaryCall call, OnResult on_result)
      : call_(std::move(call)), on_result_(std::move(on_result)) {}

  absl::Status Send(const v1::PushRequest& request) override {
    grpc::ClientContext context;
    context.set_deadline(gpr_time_from_seconds(kUnaryDeadlineSeconds, GPR_TIMESPAN));
    v1::PushResult result;
    result.set_item(request.item());
    const absl::Status status = FromGrpcStatus(call_(&context, request, result.mutable_receipt()));
    if (IsPassing(status) || absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status) ||
        absl::IsUnimplemented(status)) {
      return lost_ = status;
    }
    if (!status.ok()) {
      result.mutable_error()->set_code(static_cast<int>(status.code()));
      result.mutable_error()->set_message(std::string(status.message()));
    }
    on_result_(result);
    return absl::OkStatus();
  }

  absl::Status Finish() override { return lost_; }

 private:
  const UnaryCall call_;
  const OnResult on_result_;
  absl::Status lost_;
};

}  // namespace

bool IsPassing(const absl::Status& item_error) {
  switch (item_error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return true;
    case absl::StatusCode::kResourceExhausted: {
      // A full queue or disk; but an item may also be too much by itself, and then names its field.
      const std::string message(item_error.message());
      return message.rfind("event", 0) != 0;
    }
    default:
      return false;
  }
}

absl::StatusOr<std::unique_ptr<PushTransport>> OpenPush(const std::string& service,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        PushTransport::OnResult on_result) {
  if (service == "police") {
    std::shared_ptr<v1::Police::Stub> stub = v1::Police::NewStub(channel);
    return absl::make_unique<StreamTransport>(
        [stub](grpc::ClientContext* context) { return stub->NotifyIncidents(context); },
        std::move(on_result));
  }
  if (service == "social") {
    std::shared_ptr<v1::Social::Stub> stub = v1::Social::NewStub(channel);
    return absl::make_unique<StreamTransport>(
        [stub](grpc::ClientContext* context) { return stub->RecordContacts(context); },
        std::move(on_result));
  }
  if (service == "marac") {
    std::shared_ptr<v1::Marac::Stub> stub = v1::Marac::NewStub(channel);
    return absl::make_unique<UnaryTransport>(
        [stub](grpc::ClientContext* context, const v1::PushRequest& request, v1::Receipt* receipt) {
          return stub->ReferCase(context, request, receipt);
        },
        std::move(on_result));
  }
  if (service == "victim") {
    std::shared_ptr<v1::Victim::Stub> stub = v1::Victim::NewStub(channel);
    return absl::make_unique<UnaryTransport>(
        [stub](grpc::ClientContext* context, const v1::PushRequest& request, v1::Receipt* receipt) {
          return stub->RecordLiaisonContact(context, request, receipt);
        },
        std::move(on_result));
  }
  return FieldError("--to", StrCat("\"", service, "\""), "police, social, marac or victim");
}

}  // namespace concordat::tools
