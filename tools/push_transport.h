// How pushed items travel: over the stream of the police and social services, or one call each.
#ifndef CONCORDAT_TOOLS_PUSH_TRANSPORT_H_
#define CONCORDAT_TOOLS_PUSH_TRANSPORT_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::tools {

// One run of a push. Called from one thread.
class PushTransport {
 public:
  // Called once an item, from one thread at a time, which need not be the sender's.
  using OnResult = std::function<void(const v1::PushResult&)>;

  virtual ~PushTransport() = default;

  // Waits while kPushInFlightMax items are unanswered. An error means that the connection or the
  // call is lost, and nothing more can be sent; whether this item arrived is then not known.
  virtual absl::Status Send(const v1::PushRequest& request) = 0;

  // Waits for the answers that are due. Called once, also after a failed Send, whose error it then
  // gives. No OnResult afterwards.
  virtual absl::Status Finish() = 0;
};

// `service` is police, social, marac or victim; INVALID_ARGUMENT for another.
absl::StatusOr<std::unique_ptr<PushTransport>> OpenPush(const std::string& service,
                                                        std::shared_ptr<grpc::Channel> channel,
                                                        PushTransport::OnResult on_result);

// Whether an item's error speaks of the server's state, not of the item: then sending more is in
// vain, and sending again later is right.
bool IsPassing(const absl::Status& item_error);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PUSH_TRANSPORT_H_
