// The outgoing calls that would otherwise never end, so that a process can stop.
#ifndef CONCORDAT_SERVICES_COMMON_OPEN_CALLS_H_
#define CONCORDAT_SERVICES_COMMON_OPEN_CALLS_H_

#include <grpcpp/client_context.h>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace concordat::services {

// Thread-safe.
class OpenCalls {
 public:
  // Before the call starts. After CancelAll it is cancelled at once.
  void Add(grpc::ClientContext* context);
  // Before the context goes away.
  void Remove(grpc::ClientContext* context);
  // Cancels every call that is open and every later one.
  void CancelAll();
  // Waits until none is open.
  void AwaitNone() const;
  // Whether CancelAll was called: then a cancelled call was ended from this side.
  bool cancelled() const;

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<grpc::ClientContext*> contexts_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_OPEN_CALLS_H_
