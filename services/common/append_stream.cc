#include "services/common/append_stream.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/ledger_status.h"

namespace concordat::services {

// One call of the ledger's AppendStream; lives until gRPC is done with it. The hold lets Send start
// writes from outside the reactions.
class AppendStream::Call final : public Reactor, public std::enable_shared_from_this<Call> {
 public:
  Call(std::unique_ptr<grpc::ClientContext> context, OpenCalls* open_calls)
      : context_(std::move(context)), open_calls_(open_calls) {}

  // With its first item, which so gets the status that the call ends with.
  void Start(const Open& open, v1::PushRequest& request, PushReply& reply) {
    Take(request, reply);
    self_ = shared_from_this();
    open_calls_->Add(context_.get());
    open(context_.get(), this);
    AddHold();
    StartRead(&result_);
    StartCall();
    WriteNext();
  }

  // False, with nothing taken, when the call has ended.
  bool Send(v1::PushRequest& request, PushReply& reply) {
    if (!Take(request, reply)) return false;
    WriteNext();
    return true;
  }

  void HalfClose() {
    {
      absl::MutexLock lock(&mutex_);
      closing_ = true;
    }
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      if (!ok) broken_ = true;
    }
    WriteNext();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Break();
    PushReply reply;
    {
      absl::MutexLock lock(&mutex_);
      if (replies_.empty() || result_.item() != first_unanswered_) {
        context_->TryCancel();
      } else {
        reply = std::move(replies_.front());
        replies_.pop_front();
        ++first_unanswered_;
      }
    }
    v1::PushResult result = std::move(result_);
    StartRead(&result_);
    if (reply) Answer(std::move(result), reply);
  }

  void OnDone(const grpc::Status& status) override {
    open_calls_->Remove(context_.get());
    std::deque<PushReply> unanswered;
    {
      absl::MutexLock lock(&mutex_);
      broken_ = true;
      unanswered.swap(replies_);
    }
    for (PushReply& reply : unanswered) {
      reply(status.ok()
                ? absl::UnavailableError("ledger: got the end of its stream, want an answer")
                : FromLedger(status));
    }
    self_.reset();
  }

 private:
  static void Answer(v1::PushResult result, const PushReply& reply) {
    if (result.has_receipt()) {
      reply(std::move(*result.mutable_receipt()));
    } else if (result.error().code() == 0) {
      reply(absl::UnavailableError("ledger: got neither receipt nor error, want one"));
    } else {
      reply(FromLedger(grpc::Status(static_cast<grpc::StatusCode>(result.error().code()),
                                    result.error().message())));
    }
  }

  bool Take(v1::PushRequest& request, PushReply& reply) {
    absl::MutexLock lock(&mutex_);
    if (broken_) return false;
    request.set_item(next_item_++);
    waiting_.push_back(std::move(request));
    replies_.push_back(std::move(reply));
    return true;
  }

  // The read side has ended: nothing more can be sent, and the hold goes.
  void Break() {
    {
      absl::MutexLock lock(&mutex_);
      broken_ = true;
    }
    WriteNext();
  }

  // Starts the operation that is due, outside the lock.
  void WriteNext() {
    enum { kNothing, kWrite, kWritesDone } next = kNothing;
    bool release = false;
    {
      absl::MutexLock lock(&mutex_);
      if (writing_) return;
      if (!broken_ && !waiting_.empty()) {
        current_ = std::move(waiting_.front());
        waiting_.pop_front();
        writing_ = true;
        next = kWrite;
      } else if (!broken_ && closing_ && !half_closed_) {
        half_closed_ = true;
        next = kWritesDone;
      }
      release = held_ && (broken_ || next == kWritesDone);
      if (release) held_ = false;
    }
    if (next == kWrite) StartWrite(&current_);
    if (next == kWritesDone) StartWritesDone();
    if (release) RemoveHold();
  }

  const std::unique_ptr<grpc::ClientContext> context_;
  OpenCalls* const open_calls_;
  std::shared_ptr<Call> self_;
  // Each is gRPC's while its operation is outstanding.
  v1::PushRequest current_;
  v1::PushResult result_;

  absl::Mutex mutex_;
  std::deque<v1::PushRequest> waiting_ ABSL_GUARDED_BY(mutex_);
  std::deque<PushReply> replies_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_item_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t first_unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
};

AppendStream::AppendStream(std::function<std::unique_ptr<grpc::ClientContext>()> prepare, Open open,
                           OpenCalls* open_calls)
    : prepare_(std::move(prepare)), open_(std::move(open)), open_calls_(open_calls) {}

AppendStream::~AppendStream() {
  if (call_ != nullptr) call_->HalfClose();
}

void AppendStream::Send(v1::PushRequest request, PushReply reply) {
  if (call_ != nullptr && call_->Send(request, reply)) return;
  call_ = std::make_shared<Call>(prepare_(), open_calls_);
  call_->Start(open_, request, reply);
}

}  // namespace concordat::services
