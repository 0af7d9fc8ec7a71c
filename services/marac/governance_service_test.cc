#include "services/marac/governance_service.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/testing/ledger_world.h"

namespace concordat::services {
namespace {

using Stub = v1::Governance::Stub;
using Agencies = std::vector<std::string>;

const Agencies& TakingPart() {
  static const auto& agencies =
      *new Agencies{"test-police", "test-children",  "test-adults", "test-marac",  "test-victims",
                    "test-drive",  "test-probation", "test-health", "test-housing"};
  return agencies;
}

class GovernanceServiceTest : public ::testing::Test {
 protected:
  GovernanceServiceTest() { world_.Serve(&service_); }
  ~GovernanceServiceTest() override { world_.StopServing(); }

  // One valid call of each method; `answered` is the number that the fake ledger answers with.
  grpc::Status Call(int method, const std::string& agency) {
    const auto stub = v1::Governance::NewStub(world_.Connect(agency));
    grpc::ClientContext context;
    switch (method) {
      case 0: {
        v1::GetReleaseRequest request;
        request.set_purpose(v1::MARAC_MEETING);
        request.set_disclosure_index(7);
        v1::Release release;
        const grpc::Status status = stub->GetRelease(&context, request, &release);
        answered_ = release.receipt().leaf_index();
        return status;
      }
      case 1: {
        v1::ConfirmReleaseRequest request;
        request.set_purpose(v1::MARAC_MEETING);
        request.set_disclosure_index(7);
        request.set_confirmation("a note");
        v1::Receipt receipt;
        const grpc::Status status = stub->ConfirmRelease(&context, request, &receipt);
        answered_ = receipt.leaf_index();
        return status;
      }
      case 2: {
        v1::SetEvidenceHoldRequest request;
        request.set_purpose(v1::LAW_ENFORCEMENT);
        request.set_case_id("case-17");
        request.set_authority_reference("OIC/7");
        v1::Receipt receipt;
        const grpc::Status status = stub->SetEvidenceHold(&context, request, &receipt);
        answered_ = receipt.leaf_index();
        return status;
      }
      case 3: {
        v1::RequestErasureRequest request;
        request.set_purpose(v1::INFORMATION_RIGHTS);
        request.set_case_id("case-17");
        request.set_reason(v1::COURT_ORDER);
        request.set_authority_reference("DPO/7");
        v1::RequestErasureResponse response;
        const grpc::Status status = stub->RequestErasure(&context, request, &response);
        answered_ = response.request_index();
        return status;
      }
      default: {
        v1::ApproveErasureRequest request;
        request.set_purpose(v1::INFORMATION_RIGHTS);
        request.set_request_index(7);
        v1::DestructionCertificate certificate;
        const grpc::Status status = stub->ApproveErasure(&context, request, &certificate);
        answered_ = certificate.erasure_receipt().leaf_index();
        return status;
      }
    }
  }
  static constexpr int kMethods = 5;

  testing::LedgerWorld world_{"svc-marac"};
  const std::unique_ptr<CallGuard> guard_ = world_.GuardFor("concordat.v1.Governance");
  GovernanceService service_{{guard_.get(), &world_.client(), &Clock::Real()}};
  uint64_t answered_ = 0;
};

TEST_F(GovernanceServiceTest, RefusesThoseWhoTakeNoPartInCases) {
  for (const char* agency : {"test-evaluator", "test-auditor", "svc-marac", "test-suspended"}) {
    for (int method = 0; method < kMethods; ++method) {
      EXPECT_EQ(Call(method, agency).error_code(), grpc::StatusCode::PERMISSION_DENIED)
          << agency << " " << method;
    }
  }
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(GovernanceServiceTest, OnlyThePoliceHoldEvidence) {
  for (const std::string& agency : TakingPart()) {
    EXPECT_EQ(Call(2, agency).ok(), agency == "test-police") << agency;
  }
  EXPECT_EQ(world_.ledger().callers().size(), 1u);
}

TEST_F(GovernanceServiceTest, NobodyOnThePerpetratorsSideErases) {
  for (const std::string& agency : TakingPart()) {
    const bool may = agency != "test-drive" && agency != "test-probation";
    EXPECT_EQ(Call(3, agency).ok(), may) << agency;
    EXPECT_EQ(Call(4, agency).ok(), may) << agency;
  }
  EXPECT_EQ(world_.ledger().callers().size(), 2 * (TakingPart().size() - 2));
}

TEST_F(GovernanceServiceTest, RefusesWhatIsInvalidBeforeTheLedgerHearsOfIt) {
  const auto stub = v1::Governance::NewStub(world_.Connect("test-police"));
  v1::Receipt receipt;
  grpc::ClientContext confirm_context;
  v1::ConfirmReleaseRequest confirm;
  confirm.set_purpose(v1::LAW_ENFORCEMENT);
  EXPECT_EQ(stub->ConfirmRelease(&confirm_context, confirm, &receipt).error_message(),
            "confirmation: got nothing, want a signed note");
  grpc::ClientContext hold_context;
  v1::SetEvidenceHoldRequest hold;
  hold.set_purpose(v1::MARAC_MEETING);
  EXPECT_EQ(stub->SetEvidenceHold(&hold_context, hold, &receipt).error_message(),
            "purpose: got MARAC_MEETING, want LAW_ENFORCEMENT");
  EXPECT_TRUE(world_.ledger().callers().empty());
}

TEST_F(GovernanceServiceTest, ForwardsEachCallOnBehalfOfTheCaller) {
  for (int method = 0; method < kMethods; ++method) {
    const grpc::Status status = Call(method, "test-police");
    EXPECT_TRUE(status.ok()) << method << " " << status.error_message();
    EXPECT_EQ(answered_, 7u) << method;
    const Caller caller = world_.ledger().callers().back();
    EXPECT_EQ(caller.agency.id(), "test-police");
    ASSERT_TRUE(caller.via.has_value());
    EXPECT_EQ(caller.via->agency(), "svc-marac");
  }
  EXPECT_EQ(world_.ledger().callers().size(), static_cast<size_t>(kMethods));
}

TEST_F(GovernanceServiceTest, GivesTheLedgersOwnErrors) {
  world_.ledger().AnswerWith(
      absl::FailedPreconditionError("case: got an evidence hold, want none"));
  for (int method = 0; method < kMethods; ++method) {
    const grpc::Status status = Call(method, "test-police");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << method;
    EXPECT_EQ(status.error_message(), "case: got an evidence hold, want none") << method;
  }
}

}  // namespace
}  // namespace concordat::services
