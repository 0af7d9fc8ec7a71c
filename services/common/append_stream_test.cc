#include "services/common/append_stream.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/blocking_counter.h"
#include "base/str_cat.h"
#include "services/common/ledger_client.h"
#include "services/common/testing/ledger_world.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using testing::LedgerWorld;
using testing::TestCaller;

class AppendStreamTest : public ::testing::Test {
 protected:
  PushSink Sink() { return world_.client().AppendInOrder(Caller()); }
  services::Caller Caller() const { return TestCaller(world_.directory(), "test-police"); }

  // The answers to `count` items, in the order of sending.
  static std::vector<absl::StatusOr<v1::Receipt>> SendAll(const PushSink& sink, int count) {
    std::vector<absl::StatusOr<v1::Receipt>> answers(static_cast<size_t>(count));
    absl::BlockingCounter waiting(count);
    for (int i = 0; i < count; ++i) {
      v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
      push.mutable_event()->set_source_reference(StrCat("REF-", i));
      sink(std::move(push), [&answers, &waiting, i](absl::StatusOr<v1::Receipt> answer) {
        answers[static_cast<size_t>(i)] = std::move(answer);
        waiting.DecrementCount();
      });
    }
    waiting.Wait();
    return answers;
  }

  LedgerWorld world_{"svc-police"};
};

TEST_F(AppendStreamTest, KeepsTheOrderOfSending) {
  constexpr int kItems = 500;
  const auto answers = SendAll(Sink(), kItems);
  const std::vector<v1::PushRequest> pushes = world_.ledger().pushes();
  ASSERT_EQ(pushes.size(), static_cast<size_t>(kItems));
  for (int i = 0; i < kItems; ++i) {
    EXPECT_EQ(pushes[static_cast<size_t>(i)].event().source_reference(), StrCat("REF-", i));
    ASSERT_TRUE(answers[static_cast<size_t>(i)].ok());
    EXPECT_EQ(answers[static_cast<size_t>(i)]->leaf_index(), static_cast<uint64_t>(i));
  }
}

TEST_F(AppendStreamTest, GivesTheLedgersErrorOfEachItemAndGoesOn) {
  const PushSink sink = Sink();
  world_.ledger().AnswerWith(absl::AlreadyExistsError("event: got another content"));
  EXPECT_EQ(SendAll(sink, 2)[1].status(), absl::AlreadyExistsError("event: got another content"));
  world_.ledger().AnswerWith(absl::OkStatus());
  EXPECT_TRUE(SendAll(sink, 1)[0].ok());
}

TEST_F(AppendStreamTest, AnswersEveryItemWhenTheStreamIsRefusedAndOpensAnotherLater) {
  const PushSink sink = Sink();
  world_.ledger().RefusePushStreamsWith(absl::UnavailableError("ledger: closing"));
  for (const auto& answer : SendAll(sink, 20)) {
    EXPECT_EQ(answer.status(), absl::UnavailableError("ledger: closing"));
  }
  world_.ledger().RefusePushStreamsWith(absl::OkStatus());
  EXPECT_TRUE(SendAll(sink, 1)[0].ok());
}

TEST_F(AppendStreamTest, IsUnavailableWhenTheLedgerIs) {
  const auto nothing = world_.ClientOfNothing();
  for (const auto& answer : SendAll(nothing->AppendInOrder(Caller()), 3)) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(std::string(answer.status().message()).rfind("ledger: ", 0), 0u);
  }
}

TEST_F(AppendStreamTest, StatesTheEndCallerOncePerStream) {
  SendAll(Sink(), 3);
  const std::vector<services::Caller> callers = world_.ledger().callers();
  ASSERT_EQ(callers.size(), 1u);
  EXPECT_EQ(callers[0].agency.id(), "test-police");
}

TEST_F(AppendStreamTest, EndsWithItsSink) {
  // The client waits for its streams: this would hang if one stayed.
  for (int i = 0; i < 50; ++i) SendAll(Sink(), 1);
  EXPECT_EQ(world_.ledger().pushes().size(), 50u);
}

}  // namespace
}  // namespace concordat::services
