// Passes a stream of the ledger on to a role service's caller, message by message.
//
// One message is in flight: the next is asked of the ledger when the caller's transport has taken
// the last, so a slow reader slows the ledger's stream and nothing piles up here. The ledger's
// status becomes the caller's. A caller that goes away cancels the ledger's stream, and so does one
// that would no longer be admitted.
#ifndef CONCORDAT_SERVICES_COMMON_STREAM_RELAY_H_
#define CONCORDAT_SERVICES_COMMON_STREAM_RELAY_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "services/common/call_guard.h"
#include "services/common/open_calls.h"
#include "services/common/status_mapping.h"

namespace concordat::services {

// Deletes itself when the caller's call is done, which is after the ledger's.
template <typename Message>
class StreamRelay final : public grpc::ServerWriteReactor<Message> {
 public:
  // Starts the ledger's call on this context with this reactor; called once, before Start returns.
  // What it captures lives as long as the relay.
  using Upstream = std::function<void(grpc::ClientContext*, grpc::ClientReadReactor<Message>*)>;
  // What the caller is told for what the ledger's call ended with.
  using MapStatus = std::function<absl::Status(const grpc::Status&)>;

  // A started reactor to return from the handler. `open_calls` outlives the call; its CancelAll
  // ends the relay.
  static grpc::ServerWriteReactor<Message>* Start(std::unique_ptr<grpc::ClientContext> context,
                                                  OpenCalls* open_calls, Readmission readmission,
                                                  Upstream upstream, MapStatus map_status) {
    auto* relay = new StreamRelay(std::move(context), open_calls, std::move(readmission),
                                  std::move(upstream), std::move(map_status));
    relay->reader_.Begin();
    return relay;
  }

  void OnWriteDone(bool ok) override { ok ? reader_.ReadNext() : reader_.Stop(); }
  void OnCancel() override { context_->TryCancel(); }
  void OnDone() override { delete this; }

 private:
  class Reader final : public grpc::ClientReadReactor<Message> {
   public:
    explicit Reader(StreamRelay* relay) : relay_(relay) {}

    // The hold keeps the call from being done while a message is on its way to the caller and no
    // read is outstanding.
    void Begin() {
      relay_->upstream_(relay_->context_.get(), this);
      this->AddHold();
      this->StartRead(&message_);
      this->StartCall();
    }
    void ReadNext() { this->StartRead(&message_); }
    void Stop() {
      relay_->context_->TryCancel();
      this->RemoveHold();
    }

    void OnReadDone(bool ok) override {
      if (!ok) return this->RemoveHold();
      relay_->refused_ = relay_->readmission_();
      if (!relay_->refused_.ok()) return Stop();
      relay_->StartWrite(&message_);
    }
    void OnDone(const grpc::Status& status) override {
      relay_->open_calls_->Remove(relay_->context_.get());
      const absl::Status& refused = relay_->refused_;
      relay_->Finish(ToGrpcStatus(refused.ok() ? relay_->map_status_(status) : refused));
    }

   private:
    StreamRelay* const relay_;
    Message message_;
  };

  StreamRelay(std::unique_ptr<grpc::ClientContext> context, OpenCalls* open_calls,
              Readmission readmission, Upstream upstream, MapStatus map_status)
      : context_(std::move(context)),
        open_calls_(open_calls),
        readmission_(std::move(readmission)),
        upstream_(std::move(upstream)),
        map_status_(std::move(map_status)),
        reader_(this) {
    open_calls_->Add(context_.get());
  }

  const std::unique_ptr<grpc::ClientContext> context_;
  OpenCalls* const open_calls_;
  const Readmission readmission_;
  absl::Status refused_;  // Why the caller gets no more.
  const Upstream upstream_;
  const MapStatus map_status_;
  Reader reader_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_STREAM_RELAY_H_
