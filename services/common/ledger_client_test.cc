#include "services/common/ledger_client.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "services/common/testing/ledger_world.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using testing::LedgerWorld;
using testing::TestCaller;

// Append, waited for.
absl::StatusOr<v1::Receipt> AppendBy(LedgerClient& client, const Caller& caller) {
  absl::StatusOr<v1::Receipt> answer;
  absl::Notification done;
  client.Append(caller, testing::TestPush(v1::CaseEvent::kIncident),
                [&](absl::StatusOr<v1::Receipt> receipt) {
                  answer = std::move(receipt);
                  done.Notify();
                });
  done.WaitForNotification();
  return answer;
}
absl::StatusOr<v1::Receipt> Append(LedgerWorld& world, const Caller& caller) {
  return AppendBy(world.client(), caller);
}

absl::StatusOr<v1::AcknowledgeAlertsResponse> Acknowledge(LedgerWorld& world,
                                                          const Caller& caller) {
  v1::AcknowledgeAlertsRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  request.add_sequences(4);
  absl::StatusOr<v1::AcknowledgeAlertsResponse> answer;
  absl::Notification done;
  world.client().AcknowledgeAlerts(caller, request,
                                   [&](absl::StatusOr<v1::AcknowledgeAlertsResponse> response) {
                                     answer = std::move(response);
                                     done.Notify();
                                   });
  done.WaitForNotification();
  return answer;
}

TEST(LedgerClientTest, IsUnavailableWhenTheLedgerIs) {
  LedgerWorld world("svc-police");
  const Caller caller = TestCaller(world.directory(), "test-police");
  const auto nothing = world.ClientOfNothing();
  const auto receipt = AppendBy(*nothing, caller);
  EXPECT_EQ(receipt.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(std::string(receipt.status().message()).rfind("ledger: ", 0), 0u) << receipt.status();
}

TEST(LedgerClientTest, GivesTheLedgersOwnErrors) {
  LedgerWorld world("svc-police");
  const Caller caller = TestCaller(world.directory(), "test-police");
  for (const absl::Status& error :
       {absl::NotFoundError("case: got none, want one"),
        absl::AlreadyExistsError("event: got another content"),
        absl::ResourceExhaustedError("log storage: got no space left, want some"),
        absl::PermissionDeniedError("purpose: no")}) {
    world.ledger().AnswerWith(error);
    EXPECT_EQ(Append(world, caller).status(), error);
  }
}

TEST(LedgerClientTest, TakesAServerThatIsNoLedgerForAMissingOne) {
  LedgerWorld world("svc-police");
  const Caller caller = TestCaller(world.directory(), "test-police");
  world.ledger().AnswerWith(absl::UnimplementedError(""));
  EXPECT_EQ(Append(world, caller).status(),
            absl::UnavailableError("ledger: got a server that is not the ledger, want the ledger"));
  world.ledger().AnswerWith(absl::DeadlineExceededError(""));
  EXPECT_EQ(Append(world, caller).status(),
            absl::DeadlineExceededError("ledger: got no answer in time, want one"));
}

TEST(LedgerClientTest, CannotActForWhomItsServiceDoesNotActFor) {
  LedgerWorld world("svc-victim");
  const Caller caller = TestCaller(world.directory(), "test-police");
  EXPECT_EQ(Append(world, caller).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(world.ledger().pushes().empty());
}

TEST(LedgerClientTest, AppendsAsTheServiceOnBehalfOfTheEndCaller) {
  LedgerWorld world("svc-police");
  const Caller caller = TestCaller(world.directory(), "test-police");
  ASSERT_TRUE(Append(world, caller).ok());
  const auto second = Append(world, caller);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->leaf_index(), 1u);
  const std::vector<Caller> callers = world.ledger().callers();
  ASSERT_EQ(callers.size(), 2u);
  EXPECT_EQ(callers[0].id, caller.id);
  EXPECT_EQ(callers[0].certificate_sha256, caller.certificate_sha256);
  EXPECT_EQ(callers[0].via->ToString(), testing::TestUri("svc-police"));
}

TEST(LedgerClientTest, AcknowledgesAlerts) {
  LedgerWorld world("svc-victim");
  const Caller caller = TestCaller(world.directory(), "test-victims");
  const auto answer = Acknowledge(world, caller);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->acknowledged_size(), 1);
  EXPECT_EQ(answer->acknowledged(0), 4u);
  world.ledger().AnswerWith(absl::NotFoundError("sequences[0]: got none, want one"));
  EXPECT_EQ(Acknowledge(world, caller).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace concordat::services
