#include "services/marac/marac_service.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "concordat/v1/services.grpc.pb.h"
#include "services/common/testing/ledger_world.h"
#include "services/common/testing/test_events.h"

namespace concordat::services {
namespace {

using v1::CaseEvent;

class MaracServiceTest : public ::testing::Test {
 protected:
  MaracServiceTest() { world_.Serve(&service_); }
  ~MaracServiceTest() override { world_.StopServing(); }

  grpc::Status Refer(const std::string& agency, CaseEvent::BodyCase body) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    return v1::Marac::NewStub(world_.Connect(agency))
        ->ReferCase(&context, testing::TestPush(body, v1::MARAC_MEETING), &receipt);
  }
  grpc::Status Pull(const std::string& agency) {
    v1::ReadCaseRequest request;
    request.set_case_id("case-1");
    request.set_purpose(v1::MARAC_MEETING);
    grpc::ClientContext context;
    const auto stub = v1::Marac::NewStub(world_.Connect(agency));
    const auto stream = stub->PullCaseHistory(&context, request);
    v1::CasePage page;
    while (stream->Read(&page)) {
    }
    return stream->Finish();
  }

  testing::LedgerWorld world_{"svc-marac"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Marac");
  MaracService service_{{guard_.get(), &world_.client(), &Clock::Real()}};
};

TEST_F(MaracServiceTest, RefusesThoseWhoTakeNoPartInCases) {
  for (const char* agency : {"test-evaluator", "test-auditor", "svc-marac", "test-suspended"}) {
    EXPECT_EQ(Refer(agency, CaseEvent::kMaracReferral).error_code(),
              grpc::StatusCode::PERMISSION_DENIED)
        << agency;
    EXPECT_EQ(Pull(agency).error_code(), grpc::StatusCode::PERMISSION_DENIED) << agency;
  }
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(MaracServiceTest, RefusesWhatIsNoReferral) {
  for (const auto body :
       {CaseEvent::kIncident, CaseEvent::kSocialCareContact, CaseEvent::kCustodyChange,
        CaseEvent::kLiaisonContact, CaseEvent::kCorrection}) {
    EXPECT_EQ(Refer("test-police", body).error_code(), grpc::StatusCode::INVALID_ARGUMENT) << body;
  }
  EXPECT_TRUE(world_.ledger().pushes().empty());
}

TEST_F(MaracServiceTest, TakesReferralsFromEveryAgencyThatTakesPart) {
  size_t referrals = 0;
  for (const char* agency :
       {"test-police", "test-children", "test-adults", "test-marac", "test-victims", "test-drive",
        "test-probation", "test-health", "test-housing"}) {
    const grpc::Status status = Refer(agency, CaseEvent::kMaracReferral);
    EXPECT_TRUE(status.ok()) << agency << " " << status.error_message();
    EXPECT_EQ(world_.ledger().pushes().size(), ++referrals);
  }
  EXPECT_TRUE(Refer("test-health", CaseEvent::kRiskAssessment).ok());
}

TEST_F(MaracServiceTest, PullsAHistoryUnderTheReadersOwnRole) {
  for (const auto& [agency, role] : {std::pair("test-marac", v1::MARAC_COORDINATOR),
                                     std::pair("test-probation", v1::PROBATION)}) {
    ASSERT_TRUE(Pull(agency).ok());
    const auto roles = world_.ledger().callers().back().view.roles;
    ASSERT_EQ(roles.size(), 2u);
    EXPECT_EQ(roles[0], v1::MARAC_COORDINATOR);
    EXPECT_EQ(roles[1], role);
  }
}

}  // namespace
}  // namespace concordat::services
