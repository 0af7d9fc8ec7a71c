#include "services/social/social_service.h"

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

class SocialServiceTest : public ::testing::Test {
 protected:
  SocialServiceTest() { world_.Serve(&service_); }
  ~SocialServiceTest() override { world_.StopServing(); }

  grpc::Status Push(const std::string& agency, CaseEvent::BodyCase body) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    return v1::Social::NewStub(world_.Connect(agency))
        ->RecordContact(&context, testing::TestPush(body, v1::CHILD_SAFEGUARDING), &receipt);
  }

  testing::LedgerWorld world_{"svc-social"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Social");
  SocialService service_{{guard_.get(), &world_.client(), &Clock::Real()}};
};

TEST_F(SocialServiceTest, RefusesEveryOtherRole) {
  for (const char* agency : {"test-police", "test-marac", "test-victims", "test-health",
                             "test-evaluator", "test-auditor", "svc-social"}) {
    EXPECT_EQ(Push(agency, CaseEvent::kSocialCareContact).error_code(),
              grpc::StatusCode::PERMISSION_DENIED)
        << agency;
  }
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(SocialServiceTest, RefusesWhatSocialCareDoesNotSend) {
  for (const auto body : {CaseEvent::kIncident, CaseEvent::kCustodyChange,
                          CaseEvent::kMaracReferral, CaseEvent::kLiaisonContact}) {
    EXPECT_EQ(Push("test-children", body).error_code(), grpc::StatusCode::INVALID_ARGUMENT) << body;
  }
  EXPECT_TRUE(world_.ledger().pushes().empty());
}

TEST_F(SocialServiceTest, TakesWhatBothKindsOfSocialCareSend) {
  for (const char* agency : {"test-children", "test-adults"}) {
    for (const auto body :
         {CaseEvent::kSocialCareContact, CaseEvent::kRiskAssessment, CaseEvent::kCorrection}) {
      const grpc::Status status = Push(agency, body);
      EXPECT_TRUE(status.ok()) << agency << body << " " << status.error_message();
    }
  }
  EXPECT_EQ(world_.ledger().pushes().size(), 6u);
}

TEST_F(SocialServiceTest, ShowsAdultSocialCareNoMoreThanBothRolesMaySee) {
  v1::ReadCaseRequest request;
  request.set_case_id("case-1");
  request.set_purpose(v1::ADULT_SAFEGUARDING);
  grpc::ClientContext context;
  const auto stub = v1::Social::NewStub(world_.Connect("test-adults"));
  const auto stream = stub->ReadCase(&context, request);
  v1::CasePage page;
  while (stream->Read(&page)) {
  }
  ASSERT_TRUE(stream->Finish().ok());
  const auto roles = world_.ledger().callers()[0].view.roles;
  ASSERT_EQ(roles.size(), 2u);
  EXPECT_EQ(roles[0], v1::CHILDRENS_SOCIAL_CARE);
  EXPECT_EQ(roles[1], v1::ADULT_SOCIAL_CARE);
}

TEST_F(SocialServiceTest, TakesAStream) {
  grpc::ClientContext context;
  const auto stub = v1::Social::NewStub(world_.Connect("test-children"));
  const auto stream = stub->RecordContacts(&context);
  ASSERT_TRUE(stream->Write(testing::TestPush(CaseEvent::kSocialCareContact)));
  stream->WritesDone();
  v1::PushResult result;
  ASSERT_TRUE(stream->Read(&result));
  EXPECT_TRUE(result.has_receipt());
  EXPECT_FALSE(stream->Read(&result));
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace concordat::services
