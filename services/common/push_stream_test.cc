#include "services/common/push_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/grpc_life.h"

namespace concordat::services {
namespace {

using Stream = grpc::ClientReaderWriter<v1::PushRequest, v1::PushResult>;

// Serves Police.NotifyIncidents with one sink, in process.
class PushStreamTest : public ::testing::Test {
 protected:
  PushStreamTest() { KeepGrpcRunning(); }
  void Serve(PushSink sink) {
    service_.sink = std::move(sink);
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
    stub_ = v1::Police::NewStub(channel_);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
  }

  class Service final : public v1::Police::CallbackService {
   public:
    PushReactor* NotifyIncidents(grpc::CallbackServerContext*) override {
      return StartPushStream(std::move(sink));
    }
    PushSink sink;
  };

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Police::Stub> stub_;
  grpc::ClientContext context_;
};

v1::PushRequest Item(uint64_t item) {
  v1::PushRequest request;
  request.set_item(item);
  return request;
}

v1::Receipt ReceiptOf(const v1::PushRequest& request) {
  v1::Receipt receipt;
  receipt.set_leaf_index(request.item() * 10);
  return receipt;
}

// Items and replies that a sink has taken and not answered.
class HeldReplies {
 public:
  PushSink Sink() {
    return [this](v1::PushRequest request, PushReply reply) {
      absl::MutexLock lock(&mutex_);
      held_.emplace_back(std::move(request), std::move(reply));
    };
  }
  // Waits until `count` are held and takes them.
  std::vector<std::pair<v1::PushRequest, PushReply>> Take(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [this, count] { return held_.size() >= count; };
    mutex_.Await(absl::Condition(&enough));
    return std::exchange(held_, {});
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::pair<v1::PushRequest, PushReply>> held_;
};

void WriteItems(Stream* stream, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) ASSERT_TRUE(stream->Write(Item(i)));
  stream->WritesDone();
}

void ExpectReceiptsInOrder(Stream* stream, uint64_t count) {
  v1::PushResult result;
  for (uint64_t i = 0; i < count; ++i) {
    ASSERT_TRUE(stream->Read(&result)) << i;
    EXPECT_EQ(result.item(), i);
    EXPECT_EQ(result.receipt().leaf_index(), i * 10);
  }
  EXPECT_FALSE(stream->Read(&result));
}

TEST_F(PushStreamTest, EndsAStreamOfMalformedBytesWithAnErrorAfterTheResultsBefore) {
  Serve([](v1::PushRequest request, PushReply reply) { reply(ReceiptOf(request)); });
  grpc::GenericStub generic(channel_);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok));
    return ok;
  };
  const auto call = generic.PrepareCall(&context_, "/concordat.v1.Police/NotifyIncidents", &queue);
  call->StartCall(nullptr);
  ASSERT_TRUE(wait());
  const auto write = [&](const std::string& bytes) {
    const grpc::Slice slice(bytes);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    ASSERT_TRUE(wait());
  };
  write(Item(5).SerializeAsString());
  write("\x0a\x05 short");  // Field 1 promises five bytes of a CaseEvent; these are none.
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  EXPECT_TRUE(wait());
  call->Read(&answer, nullptr);
  EXPECT_FALSE(wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  ASSERT_TRUE(wait());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "request: got bytes that are no PushRequest, want a PushRequest");
  queue.Shutdown();
}

TEST_F(PushStreamTest, GivesARefusedItemItsErrorAndGoesOn) {
  Serve([](v1::PushRequest request, PushReply reply) {
    if (request.item() == 1) {
      return reply(absl::InvalidArgumentError("event.revision: got 0, want at least 1"));
    }
    reply(ReceiptOf(request));
  });
  const auto stream = stub_->NotifyIncidents(&context_);
  WriteItems(stream.get(), 3);
  v1::PushResult result;
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_TRUE(result.has_receipt());
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 1u);
  EXPECT_EQ(result.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(result.error().message(), "event.revision: got 0, want at least 1");
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 2u);
  EXPECT_TRUE(result.has_receipt());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushStreamTest, AnswersInTheOrderOfArrivalWhateverTheOrderOfTheSink) {
  HeldReplies held;
  Serve(held.Sink());
  const auto stream = stub_->NotifyIncidents(&context_);
  WriteItems(stream.get(), 10);  // And the client has closed its side before any answer.
  auto replies = held.Take(10);
  std::reverse(replies.begin(), replies.end());
  for (auto& [request, reply] : replies) reply(ReceiptOf(request));
  ExpectReceiptsInOrder(stream.get(), 10);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushStreamTest, AnswersWhileTheStreamIsOpen) {
  Serve([](v1::PushRequest request, PushReply reply) { reply(ReceiptOf(request)); });
  const auto stream = stub_->NotifyIncidents(&context_);
  v1::PushResult result;
  for (uint64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(stream->Write(Item(i)));
    ASSERT_TRUE(stream->Read(&result));
    EXPECT_EQ(result.item(), i);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushStreamTest, EndsAnEmptyStreamWithOk) {
  Serve([](v1::PushRequest, PushReply) { FAIL(); });
  const auto stream = stub_->NotifyIncidents(&context_);
  stream->WritesDone();
  v1::PushResult result;
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushStreamTest, TakesNoMoreThanTheBoundUnanswered) {
  HeldReplies held;
  Serve(held.Sink());
  const auto stream = stub_->NotifyIncidents(&context_);
  constexpr uint64_t kItems = 4 * kPushInFlightMax;
  std::thread writer([&] { WriteItems(stream.get(), kItems); });
  std::thread reader([&] { ExpectReceiptsInOrder(stream.get(), kItems); });
  uint64_t answered = 0;
  while (answered < kItems) {
    // None of these is answered before all are taken, so a stream that took more would give more.
    auto replies = held.Take(std::min<uint64_t>(kPushInFlightMax, kItems - answered));
    EXPECT_LE(replies.size(), kPushInFlightMax);
    answered += replies.size();
    for (auto& [request, reply] : replies) reply(ReceiptOf(request));
  }
  writer.join();
  reader.join();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PushStreamTest, KeepsTheOrderWithAnswersFromManyThreads) {
  const uint32_t seed = 20240305;
  RecordProperty("seed", static_cast<int>(seed));
  constexpr uint64_t kItems = 2000;
  HeldReplies held;
  Serve(held.Sink());
  const auto stream = stub_->NotifyIncidents(&context_);
  std::thread writer([&] { WriteItems(stream.get(), kItems); });
  std::thread answerer([&] {
    std::mt19937_64 random(seed);
    for (uint64_t answered = 0; answered < kItems;) {
      auto replies = held.Take(1);
      std::shuffle(replies.begin(), replies.end(), random);
      std::vector<std::thread> threads;
      const size_t half = replies.size() / 2;
      const auto answer = [&replies](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) replies[i].second(ReceiptOf(replies[i].first));
      };
      threads.emplace_back(answer, 0, half);
      threads.emplace_back(answer, half, replies.size());
      for (std::thread& thread : threads) thread.join();
      answered += replies.size();
    }
  });
  ExpectReceiptsInOrder(stream.get(), kItems);
  writer.join();
  answerer.join();
  EXPECT_TRUE(stream->Finish().ok());
}

// Tells when the reactor that owns the sink has been deleted.
struct Lifetime {
  explicit Lifetime(absl::Notification* end) : ended(end) {}
  ~Lifetime() { ended->Notify(); }
  absl::Notification* ended;
};

TEST_F(PushStreamTest, OutlivesACancelUntilTheSinkHasAnswered) {
  HeldReplies held;
  absl::Notification deleted;
  auto lifetime = std::make_shared<Lifetime>(&deleted);
  Serve([sink = held.Sink(), lifetime](v1::PushRequest request, PushReply reply) {
    sink(std::move(request), std::move(reply));
  });
  lifetime.reset();
  auto stream = stub_->NotifyIncidents(&context_);
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(stream->Write(Item(i)));
  auto replies = held.Take(3);
  context_.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  replies[2].second(ReceiptOf(replies[2].first));
  replies[0].second(absl::UnavailableError("ledger: away"));
  EXPECT_FALSE(deleted.HasBeenNotified());
  replies[1].second(ReceiptOf(replies[1].first));
  replies.clear();
  deleted.WaitForNotification();
}

TEST_F(PushStreamTest, EndsAfterACancelWithNothingOutstanding) {
  absl::Notification deleted;
  auto lifetime = std::make_shared<Lifetime>(&deleted);
  Serve([lifetime](v1::PushRequest request, PushReply reply) { reply(ReceiptOf(request)); });
  lifetime.reset();
  auto stream = stub_->NotifyIncidents(&context_);
  ASSERT_TRUE(stream->Write(Item(0)));
  v1::PushResult result;
  ASSERT_TRUE(stream->Read(&result));
  context_.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  deleted.WaitForNotification();
}

TEST(RefusePushStreamTest, EndsTheCallWithTheReason) {
  KeepGrpcRunning();
  class Service final : public v1::Police::CallbackService {
   public:
    PushReactor* NotifyIncidents(grpc::CallbackServerContext*) override {
      return RefusePushStream(absl::PermissionDeniedError("caller: got none, want one"));
    }
  };
  Service service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto stub = v1::Police::NewStub(server->InProcessChannel({}));
  grpc::ClientContext context;
  const auto stream = stub->NotifyIncidents(&context);
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(), "caller: got none, want one");
  server->Shutdown();
}

}  // namespace
}  // namespace concordat::services
