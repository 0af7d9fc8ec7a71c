#include "services/common/push_stream.h"

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "base/limits.h"
#include "services/common/status_mapping.h"

namespace concordat::services {
namespace {

// gRPC reports a message that does not parse as the end of the stream, and ending with OK would
// hide a lost item. Parsing clears the message first, so this item number is still there only if
// there was no message.
constexpr uint64_t kNothingRead = std::numeric_limits<uint64_t>::max();

v1::PushResult MakeResult(uint64_t item, absl::StatusOr<v1::Receipt> outcome) {
  v1::PushResult result;
  result.set_item(item);
  if (outcome.ok()) {
    *result.mutable_receipt() = *std::move(outcome);
  } else {
    result.mutable_error()->set_code(static_cast<int>(outcome.status().code()));
    result.mutable_error()->set_message(std::string(outcome.status().message()));
  }
  return result;
}

// gRPC operations are started outside the lock: which is due is decided under it, and the thread
// that set an operation's flag starts it. The call is finished only when no read, write or item is
// outstanding, so that nothing can come back to a deleted reactor.
class PushStream final : public PushReactor {
 public:
  explicit PushStream(PushSink sink) : sink_(std::move(sink)) {}

  void OnReadDone(bool ok) override {
    uint64_t sequence = 0;
    {
      absl::MutexLock lock(&mutex_);
      if (ok) {
        sequence = first_sequence_ + slots_.size();
        slots_.push_back({request_.item(), std::nullopt});
        ++unanswered_;
      } else {
        no_more_reads_ = true;
        malformed_ = request_.item() != kNothingRead;
      }
    }
    if (ok) {
      // The next read waits until the sink has returned: one call of it at a time.
      sink_(std::move(request_), [this, sequence](absl::StatusOr<v1::Receipt> outcome) {
        OnReply(sequence, std::move(outcome));
      });
    }
    {
      absl::MutexLock lock(&mutex_);
      reading_ = false;
    }
    Proceed();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      PopFront();
      if (!ok) broken_ = no_more_reads_ = true;
    }
    Proceed();
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      broken_ = no_more_reads_ = true;
    }
    Proceed();
  }

  void OnDone() override { delete this; }

  // Starts whatever is due. The last thing that its callers do: the reactor may be gone when it
  // returns.
  void Proceed() {
    bool read = false;
    bool write = false;
    std::optional<grpc::Status> end;
    {
      absl::MutexLock lock(&mutex_);
      if (finished_) return;
      if (!writing_ && !broken_ && !slots_.empty() && slots_.front().result.has_value()) {
        result_ = *std::move(slots_.front().result);
        write = writing_ = true;
      }
      if (!reading_ && !no_more_reads_ && slots_.size() < kPushInFlightMax) {
        read = reading_ = true;
      }
      const bool idle = !reading_ && !writing_ && unanswered_ == 0;
      if (no_more_reads_ && idle && (broken_ || slots_.empty())) {
        finished_ = true;
        end = EndStatus();
      }
    }
    if (write) StartWrite(&result_);
    if (read) {
      request_.Clear();
      request_.set_item(kNothingRead);
      StartRead(&request_);
    }
    if (end.has_value()) Finish(*end);
  }

 private:
  struct Slot {
    uint64_t item;
    std::optional<v1::PushResult> result;
  };

  void OnReply(uint64_t sequence, absl::StatusOr<v1::Receipt> outcome) {
    {
      absl::MutexLock lock(&mutex_);
      Slot& slot = slots_[sequence - first_sequence_];
      slot.result = MakeResult(slot.item, std::move(outcome));
      --unanswered_;
    }
    Proceed();
  }

  void PopFront() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    slots_.pop_front();
    ++first_sequence_;
  }

  grpc::Status EndStatus() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (broken_) return grpc::Status(grpc::StatusCode::CANCELLED, "the call was cancelled");
    if (!malformed_) return grpc::Status::OK;
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                        "request: got bytes that are no PushRequest, want a PushRequest");
  }

  const PushSink sink_;
  // Each is gRPC's while its operation is outstanding.
  v1::PushRequest request_;
  v1::PushResult result_;

  absl::Mutex mutex_;
  // Items taken and not yet answered on the wire, in the order of arrival; the first has the
  // sequence first_sequence_.
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;  // Until the sink has returned.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool no_more_reads_ ABSL_GUARDED_BY(mutex_) = false;
  bool malformed_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // Nobody listens any more.
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

class RefusedStream final : public PushReactor {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace

PushReactor* StartPushStream(PushSink sink) {
  auto* stream = new PushStream(std::move(sink));
  stream->Proceed();
  return stream;
}

PushReactor* RefusePushStream(const absl::Status& status) { return new RefusedStream(status); }

}  // namespace concordat::services
