#include "services/police/police_service.h"

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

class PoliceServiceTest : public ::testing::Test {
 protected:
  PoliceServiceTest() { world_.Serve(&service_); }
  ~PoliceServiceTest() override { world_.StopServing(); }

  grpc::Status Push(const std::string& agency, CaseEvent::BodyCase body) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    return v1::Police::NewStub(world_.Connect(agency))
        ->NotifyIncident(&context, testing::TestPush(body), &receipt);
  }

  testing::LedgerWorld world_{"svc-police"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Police");
  PoliceService service_{{guard_.get(), &world_.client(), &Clock::Real()}};
};

TEST_F(PoliceServiceTest, RefusesEveryOtherRole) {
  for (const char* agency : {"test-children", "test-marac", "test-victims", "test-probation",
                             "test-evaluator", "test-auditor", "svc-police", "svc-victim"}) {
    EXPECT_EQ(Push(agency, CaseEvent::kIncident).error_code(), grpc::StatusCode::PERMISSION_DENIED)
        << agency;
  }
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(PoliceServiceTest, RefusesWhatPoliceDoNotSend) {
  for (const auto body : {CaseEvent::kMaracReferral, CaseEvent::kSocialCareContact,
                          CaseEvent::kLiaisonContact, CaseEvent::BODY_NOT_SET}) {
    EXPECT_EQ(Push("test-police", body).error_code(), grpc::StatusCode::INVALID_ARGUMENT) << body;
  }
  EXPECT_TRUE(world_.ledger().pushes().empty());
}

TEST_F(PoliceServiceTest, TakesWhatPoliceSend) {
  for (const auto body : {CaseEvent::kIncident, CaseEvent::kRiskAssessment,
                          CaseEvent::kCustodyChange, CaseEvent::kCorrection}) {
    const grpc::Status status = Push("test-police", body);
    EXPECT_TRUE(status.ok()) << body << " " << status.error_message();
  }
  EXPECT_EQ(world_.ledger().pushes().size(), 4u);
}

TEST_F(PoliceServiceTest, TakesAStream) {
  grpc::ClientContext context;
  const auto stub = v1::Police::NewStub(world_.Connect("test-police"));
  const auto stream = stub->NotifyIncidents(&context);
  ASSERT_TRUE(stream->Write(testing::TestPush(CaseEvent::kIncident)));
  stream->WritesDone();
  v1::PushResult result;
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_EQ(result.item(), 7u);
  EXPECT_TRUE(result.has_receipt());
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(PoliceServiceTest, ReadsACaseForThePoliceAlone) {
  v1::ReadCaseRequest request;
  request.set_case_id("case-1");
  request.set_purpose(v1::LAW_ENFORCEMENT);
  {
    grpc::ClientContext context;
    const auto stub = v1::Police::NewStub(world_.Connect("test-marac"));
    EXPECT_EQ(stub->ReadCase(&context, request)->Finish().error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
  }
  grpc::ClientContext context;
  const auto stub = v1::Police::NewStub(world_.Connect("test-police"));
  const auto stream = stub->ReadCase(&context, request);
  v1::CasePage page;
  int pages = 0;
  while (stream->Read(&page)) ++pages;
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(world_.ledger().callers().size(), 1u);
  EXPECT_EQ(world_.ledger().callers()[0].method, "/concordat.v1.Ledger/ReadCase");
}

}  // namespace
}  // namespace concordat::services
