// The reactor of every `stream PushRequest -> stream PushResult`.
//
// Each item gets exactly one result, carrying its `item`, in the order of arrival. At most
// kPushInFlightMax items are taken and not yet answered on the wire; beyond that nothing is read,
// so a fast sender is slowed by flow control. An item that the sink refuses yields an ItemError and
// the stream goes on.
//
// Ends: half-close by the client: OK after the last result. A message that is no PushRequest:
// INVALID_ARGUMENT, after the results of the items before it. Cancel or a lost connection: nothing
// more is read; items already given to the sink take effect, and the reactor lives until the sink
// has answered for each.
#ifndef CONCORDAT_SERVICES_COMMON_PUSH_STREAM_H_
#define CONCORDAT_SERVICES_COMMON_PUSH_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::services {

// Takes one receipt or error; called exactly once, from any thread, also before the sink returns.
using PushReply = std::function<void(absl::StatusOr<v1::Receipt>)>;
// Takes one item. Called from one thread at a time, in the order of arrival; must not block.
using PushSink = std::function<void(v1::PushRequest, PushReply)>;

using PushReactor = grpc::ServerBidiReactor<v1::PushRequest, v1::PushResult>;

// A started reactor to return from the handler; it deletes itself when the call is done.
PushReactor* StartPushStream(PushSink sink);

// A reactor that ends the call with `status` at once (a caller who was not admitted).
PushReactor* RefusePushStream(const absl::Status& status);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_PUSH_STREAM_H_
