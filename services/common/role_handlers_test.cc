// The handlers and the relay under them, through a whole role service over mutual TLS.
#include "services/common/role_handlers.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/testing/ledger_world.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using testing::LedgerWorld;

// As small as a role service can be.
class SmallPolice final : public v1::Police::CallbackService {
 public:
  explicit SmallPolice(const RoleServiceParts& parts) : parts_(parts) {}
  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest* request,
                                           v1::Receipt* response) override {
    return HandlePush(parts_, BodiesOfServiceRole(v1::POLICE),
                      "/concordat.v1.Police/NotifyIncident", context, request, response);
  }
  PushReactor* NotifyIncidents(grpc::CallbackServerContext* context) override {
    return HandlePushStream(parts_, BodiesOfServiceRole(v1::POLICE),
                            "/concordat.v1.Police/NotifyIncidents", context);
  }
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext* context,
                                                   const v1::ReadCaseRequest* request) override {
    return HandleReadCase(parts_, "/concordat.v1.Police/ReadCase", context, request);
  }

 private:
  const RoleServiceParts parts_;
};

class RoleHandlersTest : public ::testing::Test {
 protected:
  RoleHandlersTest() { world_.Serve(&service_); }
  ~RoleHandlersTest() override { world_.StopServing(); }

  std::unique_ptr<v1::Police::Stub> StubFor(const std::string& agency) {
    return v1::Police::NewStub(world_.Connect(agency));
  }
  grpc::Status Push(v1::Police::Stub& stub, const v1::PushRequest& push) {
    grpc::ClientContext context;
    return stub.NotifyIncident(&context, push, &receipt_);
  }
  static v1::ReadCaseRequest Read() {
    v1::ReadCaseRequest request;
    request.set_case_id("case-1");
    request.set_purpose(v1::LAW_ENFORCEMENT);
    return request;
  }

  LedgerWorld world_{"svc-police"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Police");
  SmallPolice service_{{guard_.get(), &world_.client(), &Clock::Real()}};
  v1::Receipt receipt_;
};

TEST_F(RoleHandlersTest, RefusesAPushByTheWrongRoleBeforeTheLedgerHearsOfIt) {
  const auto stub = StubFor("test-victims");
  EXPECT_EQ(Push(*stub, testing::TestPush(v1::CaseEvent::kIncident)).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  grpc::ClientContext stream_context;
  EXPECT_EQ(stub->NotifyIncidents(&stream_context)->Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  grpc::ClientContext read_context;
  EXPECT_EQ(stub->ReadCase(&read_context, Read())->Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(RoleHandlersTest, RefusesAnInvalidPushBeforeTheLedgerHearsOfIt) {
  const auto stub = StubFor("test-police");
  v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
  push.clear_purpose();
  const grpc::Status status = Push(*stub, push);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message().rfind("purpose: got PURPOSE_UNSPECIFIED, want one of ", 0), 0u);
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(RoleHandlersTest, RefusesAnInvalidReadBeforeTheLedgerHearsOfIt) {
  const auto stub = StubFor("test-police");
  grpc::ClientContext context;
  v1::ReadCaseRequest read = Read();
  read.set_page_size(501);
  const grpc::Status status = stub->ReadCase(&context, read)->Finish();
  EXPECT_EQ(status.error_message(), "page_size: got 501, want at most 500");
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(RoleHandlersTest, AnswersEachItemOfAStreamForItself) {
  const auto stub = StubFor("test-police");
  grpc::ClientContext context;
  const auto stream = stub->NotifyIncidents(&context);
  v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
  push.set_item(1);
  ASSERT_TRUE(stream->Write(push));
  push.set_item(2);
  push.mutable_event()->clear_revision();
  ASSERT_TRUE(stream->Write(push));
  push = testing::TestPush(v1::CaseEvent::kLiaisonContact);
  push.set_item(3);
  ASSERT_TRUE(stream->Write(push));
  push = testing::TestPush(v1::CaseEvent::kCustodyChange);
  push.set_item(4);
  ASSERT_TRUE(stream->Write(push));
  stream->WritesDone();
  v1::PushResult result;
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 1u);
  EXPECT_EQ(result.receipt().leaf_index(), 0u);
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 2u);
  EXPECT_EQ(result.error().message(), "event.revision: got 0, want at least 1");
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 3u);
  EXPECT_EQ(result.error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 4u);
  EXPECT_TRUE(result.has_receipt());
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(world_.ledger().pushes().size(), 2u);
}

TEST_F(RoleHandlersTest, ForwardsAPushAndItsReceipt) {
  const auto stub = StubFor("test-police");
  const v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
  ASSERT_TRUE(Push(*stub, push).ok());
  ASSERT_TRUE(Push(*stub, push).ok());
  EXPECT_EQ(receipt_.leaf_index(), 1u);
  ASSERT_EQ(world_.ledger().pushes().size(), 2u);
  EXPECT_EQ(world_.ledger().pushes()[0].SerializeAsString(), push.SerializeAsString());
  EXPECT_EQ(world_.ledger().callers()[0].agency.id(), "test-police");
  EXPECT_EQ(world_.ledger().callers()[0].via->agency(), "svc-police");
}

TEST_F(RoleHandlersTest, RelaysEveryPageInOrder) {
  world_.ledger().GivePages(20);
  const auto stub = StubFor("test-police");
  grpc::ClientContext context;
  const auto stream = stub->ReadCase(&context, Read());
  v1::CasePage page;
  for (uint64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(stream->Read(&page)) << i;
    EXPECT_EQ(page.disclosure_index(), i);
  }
  EXPECT_FALSE(stream->Read(&page));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(RoleHandlersTest, RelaysAnEmptyCaseAndAnError) {
  world_.ledger().GivePages(0);
  const auto stub = StubFor("test-police");
  v1::CasePage page;
  {
    grpc::ClientContext context;
    const auto stream = stub->ReadCase(&context, Read());
    EXPECT_FALSE(stream->Read(&page));
    EXPECT_TRUE(stream->Finish().ok());
  }
  world_.ledger().AnswerWith(absl::NotFoundError("case_id: got no case of yours, want one"));
  grpc::ClientContext context;
  const auto stream = stub->ReadCase(&context, Read());
  EXPECT_FALSE(stream->Read(&page));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "case_id: got no case of yours, want one");
}

TEST_F(RoleHandlersTest, CancelsTheLedgersStreamWhenTheReaderGoesAway) {
  constexpr int kPages = 4000;
  world_.ledger().GivePages(kPages, 64 * 1024);
  const auto stub = StubFor("test-police");
  grpc::ClientContext context;
  const auto stream = stub->ReadCase(&context, Read());
  v1::CasePage page;
  ASSERT_TRUE(stream->Read(&page));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  world_.ledger().WaitForOpenStreams(0);
  // 250 MB were never read, so they were never written either.
  EXPECT_LT(world_.ledger().pages_written(), kPages);
}

TEST(RoleHandlersWithoutLedgerTest, AreUnavailable) {
  LedgerWorld world("svc-police");
  const auto guard = world.GuardFor("concordat.v1.Police");
  const auto nothing = world.ClientOfNothing();
  SmallPolice service({guard.get(), nothing.get(), &Clock::Real()});
  world.Serve(&service);
  const auto stub = v1::Police::NewStub(world.Connect("test-police"));
  grpc::ClientContext push_context;
  v1::Receipt receipt;
  const grpc::Status push =
      stub->NotifyIncident(&push_context, testing::TestPush(v1::CaseEvent::kIncident), &receipt);
  EXPECT_EQ(push.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(push.error_message().rfind("ledger: ", 0), 0u) << push.error_message();
  v1::ReadCaseRequest request;
  request.set_case_id("case-1");
  request.set_purpose(v1::LAW_ENFORCEMENT);
  grpc::ClientContext read_context;
  const grpc::Status read = stub->ReadCase(&read_context, request)->Finish();
  EXPECT_EQ(read.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(read.error_message().rfind("ledger: ", 0), 0u) << read.error_message();
  world.StopServing();
}

}  // namespace
}  // namespace concordat::services
