// One stream of a role service's caller, on to the ledger's AppendStream: in order, so that a
// correction never overtakes what it corrects.
//
// Each item sent gets exactly one reply, in the order of sending. When the ledger's stream ends or
// breaks, every item that has no answer yet is UNAVAILABLE "ledger: ..." (its outcome unknown:
// retrying is safe), and the next item opens a new stream.
#ifndef CONCORDAT_SERVICES_COMMON_APPEND_STREAM_H_
#define CONCORDAT_SERVICES_COMMON_APPEND_STREAM_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <deque>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/open_calls.h"
#include "services/common/push_stream.h"

namespace concordat::services {

// Send is called by one thread at a time; replies come from any. How much is in flight is the
// caller's to bound.
class AppendStream {
 public:
  using Reactor = grpc::ClientBidiReactor<v1::PushRequest, v1::PushResult>;
  // Starts the call on this context with this reactor (without StartCall).
  using Open = std::function<void(grpc::ClientContext*, Reactor*)>;

  // `prepare` gives a new call's context; `open_calls` outlives every call.
  AppendStream(std::function<std::unique_ptr<grpc::ClientContext>()> prepare, Open open,
               OpenCalls* open_calls);
  // Half-closes; items under way still get their replies.
  ~AppendStream();
  AppendStream(const AppendStream&) = delete;
  AppendStream& operator=(const AppendStream&) = delete;

  void Send(v1::PushRequest request, PushReply reply);

 private:
  class Call;

  const std::function<std::unique_ptr<grpc::ClientContext>()> prepare_;
  const Open open_;
  OpenCalls* const open_calls_;
  std::shared_ptr<Call> call_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_APPEND_STREAM_H_
