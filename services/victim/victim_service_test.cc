#include "services/victim/victim_service.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/testing/ledger_world.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using v1::CaseEvent;

class VictimServiceTest : public ::testing::Test {
 protected:
  VictimServiceTest() { world_.Serve(&service_); }
  ~VictimServiceTest() override { world_.StopServing(); }

  std::unique_ptr<v1::Victim::Stub> StubFor(const std::string& agency) {
    return v1::Victim::NewStub(world_.Connect(agency));
  }
  grpc::Status Push(const std::string& agency, CaseEvent::BodyCase body) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    return StubFor(agency)->RecordLiaisonContact(
        &context, testing::TestPush(body, v1::VICTIM_SUPPORT), &receipt);
  }
  static v1::WatchAlertsRequest Watch(uint64_t shown_through) {
    v1::WatchAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    request.set_shown_through(shown_through);
    return request;
  }
  static v1::AcknowledgeAlertsRequest Acknowledge(uint64_t sequence) {
    v1::AcknowledgeAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    request.add_sequences(sequence);
    return request;
  }

  testing::LedgerWorld world_{"svc-victim"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Victim");
  VictimService service_{{guard_.get(), &world_.client(), &Clock::Real()}};
};

TEST_F(VictimServiceTest, RefusesEveryOtherRoleEverything) {
  for (const char* agency : {"test-police", "test-probation", "test-drive", "test-marac",
                             "test-evaluator", "test-auditor", "svc-victim"}) {
    const auto stub = StubFor(agency);
    EXPECT_EQ(Push(agency, CaseEvent::kLiaisonContact).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext watch;
    EXPECT_EQ(stub->WatchAlerts(&watch, Watch(0))->Finish().error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext acknowledge;
    v1::AcknowledgeAlertsResponse response;
    EXPECT_EQ(stub->AcknowledgeAlerts(&acknowledge, Acknowledge(1), &response).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext read;
    EXPECT_EQ(stub->ReadCase(&read, {})->Finish().error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
  }
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(VictimServiceTest, RefusesRequestsWithoutPurpose) {
  const auto stub = StubFor("test-victims");
  grpc::ClientContext watch;
  EXPECT_EQ(stub->WatchAlerts(&watch, {})->Finish().error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext acknowledge;
  v1::AcknowledgeAlertsResponse response;
  EXPECT_EQ(stub->AcknowledgeAlerts(&acknowledge, {}, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext read;
  EXPECT_EQ(stub->ReadCase(&read, {})->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(VictimServiceTest, RefusesWhatAVictimServiceDoesNotSend) {
  for (const auto body : {CaseEvent::kIncident, CaseEvent::kSocialCareContact,
                          CaseEvent::kCustodyChange, CaseEvent::kMaracReferral}) {
    EXPECT_EQ(Push("test-victims", body).error_code(), grpc::StatusCode::INVALID_ARGUMENT) << body;
  }
  EXPECT_TRUE(world_.ledger().pushes().empty());
}

TEST_F(VictimServiceTest, TakesWhatAVictimServiceSends) {
  for (const auto body :
       {CaseEvent::kLiaisonContact, CaseEvent::kRiskAssessment, CaseEvent::kCorrection}) {
    const grpc::Status status = Push("test-victims", body);
    EXPECT_TRUE(status.ok()) << body << " " << status.error_message();
  }
}

TEST_F(VictimServiceTest, RelaysAlertsFromTheCursorUntilTheWatcherGoes) {
  const auto stub = StubFor("test-victims");
  grpc::ClientContext context;
  const auto stream = stub->WatchAlerts(&context, Watch(41));
  v1::WatchAlertsItem item;
  ASSERT_TRUE(stream->Read(&item));
  EXPECT_EQ(item.heartbeat().last_sequence(), 41u);
  EXPECT_EQ(world_.ledger().open_streams(), 1);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  world_.ledger().WaitForOpenStreams(0);
}

TEST_F(VictimServiceTest, EndsAlertStreamsWhenItStops) {
  const auto stub = StubFor("test-victims");
  grpc::ClientContext context;
  const auto stream = stub->WatchAlerts(&context, Watch(0));
  v1::WatchAlertsItem item;
  ASSERT_TRUE(stream->Read(&item));
  world_.client().Shutdown();
  EXPECT_FALSE(stream->Read(&item));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "service: got a stop, want a new connection");
  world_.ledger().WaitForOpenStreams(0);
  grpc::ClientContext late;
  EXPECT_EQ(stub->WatchAlerts(&late, Watch(0))->Finish().error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(VictimServiceTest, AcknowledgesAlerts) {
  const auto stub = StubFor("test-victims");
  grpc::ClientContext context;
  v1::AcknowledgeAlertsResponse response;
  ASSERT_TRUE(stub->AcknowledgeAlerts(&context, Acknowledge(9), &response).ok());
  ASSERT_EQ(response.acknowledged_size(), 1);
  EXPECT_EQ(response.acknowledged(0), 9u);
  EXPECT_EQ(world_.ledger().callers()[0].agency.id(), "test-victims");
}

}  // namespace
}  // namespace concordat::services
