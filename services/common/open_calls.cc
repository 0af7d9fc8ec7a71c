#include "services/common/open_calls.h"

#include <grpcpp/client_context.h>

#include "absl/synchronization/mutex.h"

namespace concordat::services {

void OpenCalls::Add(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  contexts_.insert(context);
  // gRPC remembers a cancel that comes before the call.
  if (cancelled_) context->TryCancel();
}

void OpenCalls::Remove(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  contexts_.erase(context);
}

void OpenCalls::CancelAll() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : contexts_) context->TryCancel();
}

void OpenCalls::AwaitNone() const {
  absl::MutexLock lock(&mutex_);
  const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return contexts_.empty(); };
  mutex_.Await(absl::Condition(&none));
}

bool OpenCalls::cancelled() const {
  absl::MutexLock lock(&mutex_);
  return cancelled_;
}

}  // namespace concordat::services
