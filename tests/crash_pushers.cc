#include "tests/crash_pushers.h"

#include <gtest/gtest.h>

#include <utility>

#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

constexpr int kBatch = 24;
constexpr absl::Duration kRetryAfter = absl::Milliseconds(20);

// What a sender sees when a service dies under it.
bool MayRetry(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kDeadlineExceeded ||
         code == absl::StatusCode::kCancelled;
}

}  // namespace

void Outbox::Acknowledged(const v1::PushRequest& push, const v1::Receipt& receipt) {
  absl::MutexLock lock(&mutex_);
  const auto [known, is_new] =
      sent_.emplace(push.event().source_reference(), Sent{push, receipt.SerializeAsString()});
  EXPECT_TRUE(is_new) << "one push was acknowledged to two senders";
}

size_t Outbox::size() const {
  absl::MutexLock lock(&mutex_);
  return sent_.size();
}

bool Outbox::WaitForSize(size_t size, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto enough = [this, size]()
                          ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return sent_.size() >= size; };
  return mutex_.AwaitWithTimeout(absl::Condition(&enough), timeout);
}

std::map<std::string, Outbox::Sent> Outbox::Everything() const {
  absl::MutexLock lock(&mutex_);
  return sent_;
}

Pusher::Pusher(Cluster* cluster, Outbox* outbox, int n, bool streaming)
    : channel_(cluster->Channel("police", "lancashire-police")),
      outbox_(outbox),
      n_(n),
      streaming_(streaming),
      thread_([this] { Run(); }) {}

Pusher::~Pusher() {
  stop_.Notify();
  thread_.join();
}

v1::PushRequest Pusher::Next() {
  const int i = count_++;
  return Incident(n_, StrCat(streaming_ ? "stream-" : "single-", i), i);
}

void Pusher::Run() {
  while (!stop_.HasBeenNotified() && !::testing::Test::HasFailure()) {
    if (!streaming_) {
      PushOne(Next());
      continue;
    }
    std::map<uint64_t, v1::PushRequest> batch;
    for (uint64_t item = 0; item < kBatch; ++item) {
      batch[item] = Next();
      batch[item].set_item(item);
    }
    PushBatch(std::move(batch));
  }
}

void Pusher::PushOne(const v1::PushRequest& push) {
  const auto stub = v1::Police::NewStub(channel_);
  for (;;) {
    const auto receipt = Call(*stub, &v1::Police::Stub::NotifyIncident, push);
    if (receipt.ok()) return outbox_->Acknowledged(push, *receipt);
    if (::testing::Test::HasFailure()) return;  // Nobody may be there any more.
    ASSERT_TRUE(MayRetry(receipt.status().code())) << receipt.status();
    stop_.WaitForNotificationWithTimeout(kRetryAfter);
  }
}

void Pusher::PushBatch(std::map<uint64_t, v1::PushRequest> unanswered) {
  const auto stub = v1::Police::NewStub(channel_);
  while (!unanswered.empty() && !::testing::Test::HasFailure()) {
    Context context;
    const auto stream = stub->NotifyIncidents(&context);
    for (const auto& [item, push] : unanswered) {
      if (!stream->Write(push)) break;
    }
    stream->WritesDone();
    v1::PushResult result;
    while (stream->Read(&result)) {
      const auto answered = unanswered.find(result.item());
      ASSERT_TRUE(answered != unanswered.end()) << "got two results for item " << result.item();
      if (result.has_error()) {
        ASSERT_TRUE(MayRetry(static_cast<absl::StatusCode>(result.error().code())))
            << result.error().message();
        continue;  // Stays unanswered.
      }
      outbox_->Acknowledged(answered->second, result.receipt());
      unanswered.erase(answered);
    }
    const absl::Status ended = services::FromGrpcStatus(stream->Finish());
    ASSERT_TRUE(ended.ok() || MayRetry(ended.code())) << ended;
    if (!unanswered.empty()) stop_.WaitForNotificationWithTimeout(kRetryAfter);
  }
}

Watcher::Watcher(Cluster* cluster, const std::string& agency)
    : channel_(cluster->Channel("victim", agency)), thread_([this] { Run(); }) {}

Watcher::~Watcher() {
  {
    absl::MutexLock lock(&mutex_);
    stop_.Notify();
    if (context_ != nullptr) context_->TryCancel();
  }
  thread_.join();
}

void Watcher::Run() {
  while (!stop_.HasBeenNotified()) {
    WatchOnce();
    stop_.WaitForNotificationWithTimeout(kRetryAfter);
  }
}

void Watcher::WatchOnce() {
  grpc::ClientContext context;
  v1::WatchAlertsRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  {
    absl::MutexLock lock(&mutex_);
    if (stop_.HasBeenNotified()) return;
    context_ = &context;
    request.set_shown_through(shown_through_);
  }
  const auto stub = v1::Victim::NewStub(channel_);
  const auto reader = stub->WatchAlerts(&context, request);
  v1::WatchAlertsItem item;
  bool heard = false;
  while (reader->Read(&item)) {
    if (!heard) ++connections_;
    heard = true;
    absl::MutexLock lock(&mutex_);
    if (item.has_alert()) {
      shown_.push_back(item.alert());
      shown_through_ = item.alert().sequence();
    }
    caught_up_ = item.has_heartbeat() && item.heartbeat().last_sequence() == shown_through_;
  }
  const absl::Status ended = services::FromGrpcStatus(reader->Finish());
  EXPECT_TRUE(MayRetry(ended.code())) << ended;
  absl::MutexLock lock(&mutex_);
  context_ = nullptr;
}

bool Watcher::WaitForAll(size_t count, absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  const auto all = [this, count]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return shown_.size() >= count && caught_up_;
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&all), timeout);
}

std::vector<v1::Alert> Watcher::Shown() const {
  absl::MutexLock lock(&mutex_);
  return shown_;
}

}  // namespace concordat::tests
