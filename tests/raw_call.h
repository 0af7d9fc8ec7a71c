// Any RPC as bytes in and bytes out, so that a test sees exactly what crosses the wire.
#ifndef CONCORDAT_TESTS_RAW_CALL_H_
#define CONCORDAT_TESTS_RAW_CALL_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace concordat::tests {

struct RawCall {
  std::string method;                 // "/concordat.v1.Police/NotifyIncident".
  std::vector<std::string> requests;  // Sent in order, then the half-close.
  std::vector<std::pair<std::string, std::string>> metadata = {};
  absl::Duration timeout = absl::Seconds(20);
  // True of a received message: it was the last one wanted, and the call is cancelled.
  std::function<bool(std::string_view)> stop = nullptr;
};

struct RawReply {
  std::vector<std::string> messages;  // As received.
  grpc::Status status;
  std::string metadata;  // Initial and trailing, names and values one after another.

  std::string AllBytes() const;  // Everything above, the status' texts included.
};

// Works for unary and streaming methods alike. Returns when the call has ended.
RawReply Call(const std::shared_ptr<grpc::Channel>& channel, const RawCall& call);

// What the standard health service says of the whole process.
bool IsServing(const std::shared_ptr<grpc::Channel>& channel, absl::Duration timeout);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_RAW_CALL_H_
