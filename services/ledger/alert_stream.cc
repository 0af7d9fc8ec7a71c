#include "services/ledger/alert_stream.h"

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>

#include <deque>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/common/status_mapping.h"

namespace concordat::services {
namespace {

// Shared by the reactor, the hub's wake and the ledger's answers: whoever comes last finds a stream
// that has ended, never one that is gone.
class AlertStream : public std::enable_shared_from_this<AlertStream> {
 public:
  class Reactor final : public grpc::ServerWriteReactor<v1::WatchAlertsItem> {
   public:
    explicit Reactor(std::shared_ptr<AlertStream> stream) : stream_(std::move(stream)) {}
    void OnWriteDone(bool ok) override { stream_->Written(ok); }
    void OnCancel() override { stream_->End(grpc::Status::CANCELLED); }
    void OnDone() override {
      stream_->Released();
      delete this;
    }

   private:
    std::shared_ptr<AlertStream> stream_;
  };

  AlertStream(Ledger* ledger, Caller caller, Readmission readmission,
              const v1::WatchAlertsRequest& request, absl::Duration heartbeat)
      : ledger_(ledger),
        caller_(std::move(caller)),
        readmission_(std::move(readmission)),
        purpose_(request.purpose()),
        heartbeat_(heartbeat),
        after_(request.shown_through()) {}

  grpc::ServerWriteReactor<v1::WatchAlertsItem>* Start() {
    reactor_ = new Reactor(shared_from_this());
    grpc::ServerWriteReactor<v1::WatchAlertsItem>* started = reactor_;
    hub_id_ = ledger_->alert_hub().Add([weak = weak_from_this()](bool open) {
      if (auto stream = weak.lock()) stream->Wake(open);
    });
    Read();
    return started;
  }

 private:
  enum class State { kIdle, kReading, kWriting, kEnded };

  // Something new may be there: now if idle, otherwise after the step under way.
  void Wake(bool open) {
    if (!open) {
      return End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "ledger: closing, connect again"));
    }
    {
      absl::MutexLock lock(&mutex_);
      woken_ = true;
      if (state_ != State::kIdle) return;
    }
    Read();
  }

  void Read() {
    uint64_t after;
    bool woken;
    absl::Status admitted;
    {
      absl::MutexLock lock(&mutex_);
      if (state_ != State::kIdle) return;
      state_ = State::kReading;
      woken = std::exchange(woken_, false);
      after = after_;
      admitted = readmission_();  // Under the lock: until End has it, the call is there.
    }
    if (!admitted.ok()) return End(ToGrpcStatus(admitted));
    ledger_->ReadAlerts(caller_, purpose_, after, woken,
                        [stream = shared_from_this()](absl::StatusOr<AlertBatch> batch) {
                          stream->HaveRead(std::move(batch));
                        });
  }

  void HaveRead(absl::StatusOr<AlertBatch> batch) {
    if (!batch.ok()) return End(ToGrpcStatus(batch.status()));
    absl::MutexLock lock(&mutex_);
    if (state_ == State::kEnded) return;
    after_ = batch->read_through;
    for (v1::Alert& alert : batch->alerts) {
      *outgoing_.emplace_back().mutable_alert() = std::move(alert);
    }
    caught_up_ = outgoing_.empty();
    // A reader who sees the counts only when caught up can compare them with its own.
    if (caught_up_) *outgoing_.emplace_back().mutable_heartbeat() = batch->counts;
    state_ = State::kWriting;
    reactor_->StartWrite(&outgoing_.front());
  }

  void Written(bool ok) {
    if (!ok) return End(grpc::Status::CANCELLED);
    {
      absl::MutexLock lock(&mutex_);
      if (state_ == State::kEnded) return;
      outgoing_.pop_front();
      if (!outgoing_.empty()) {
        reactor_->StartWrite(&outgoing_.front());
        return;
      }
      state_ = State::kIdle;
      if (caught_up_ && !woken_) {
        SetAlarm();
        return;
      }
    }
    Read();
  }

  // An alarm can't be set twice: one that is still waiting serves this heartbeat, too.
  void SetAlarm() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (alarm_waiting_) return;
    alarm_waiting_ = true;
    alarm_.Set(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                     gpr_time_from_millis(absl::ToInt64Milliseconds(heartbeat_), GPR_TIMESPAN)),
        [weak = weak_from_this()](bool) {
          if (auto stream = weak.lock()) stream->Beat();
        });
  }

  void Beat() {
    {
      absl::MutexLock lock(&mutex_);
      alarm_waiting_ = false;
    }
    Read();
  }

  void End(const grpc::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (state_ == State::kEnded) return;
    state_ = State::kEnded;
    reactor_->Finish(status);
  }

  // gRPC is done with the call.
  void Released() {
    ledger_->alert_hub().Remove(hub_id_);
    absl::MutexLock lock(&mutex_);
    alarm_.Cancel();
  }

  Ledger* const ledger_;
  const Caller caller_;
  const Readmission readmission_;
  const v1::Purpose purpose_;
  const absl::Duration heartbeat_;
  uint64_t hub_id_ = 0;

  absl::Mutex mutex_;
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mutex_);
  bool alarm_waiting_ ABSL_GUARDED_BY(mutex_) = false;
  Reactor* reactor_ = nullptr;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kIdle;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // By an event, since the last reading began.
  bool caught_up_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t after_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::WatchAlertsItem> outgoing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchAlertsItem>* StartAlertStream(
    Ledger* ledger, const Caller& caller, Readmission readmission,
    const v1::WatchAlertsRequest& request, absl::Duration heartbeat_interval) {
  return std::make_shared<AlertStream>(ledger, caller, std::move(readmission), request,
                                       heartbeat_interval)
      ->Start();
}

}  // namespace concordat::services
