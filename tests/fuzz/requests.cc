// Every other message that an agency sends, and what a ledger reads back from its own disk. The
// first byte chooses the kind.
#include <iterator>
#include <string_view>

#include "auth/policy.h"
#include "base/check.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/services.pb.h"
#include "services/common/validate_access.h"
#include "services/common/validate_governance.h"
#include "services/common/validate_request.h"
#include "tests/fuzz/target.h"

namespace concordat::tests {
namespace {

template <typename Request>
void Check(std::string_view bytes) {
  Request request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  const absl::Status valid = services::Validate(request);
  CONCORDAT_CHECK(valid.ok() || absl::IsInvalidArgument(valid));
}

using CheckRequest = void (*)(std::string_view);
constexpr CheckRequest kChecks[] = {
    Check<v1::ReadCaseRequest>,           Check<v1::WatchAlertsRequest>,
    Check<v1::AcknowledgeAlertsRequest>,  Check<v1::GetCheckpointRequest>,
    Check<v1::GetEntriesRequest>,         Check<v1::GetConsistencyProofRequest>,
    Check<v1::GetReleaseRequest>,         Check<v1::ConfirmReleaseRequest>,
    Check<v1::SetEvidenceHoldRequest>,    Check<v1::RequestErasureRequest>,
    Check<v1::ApproveErasureRequest>,     Check<v1::FindSubjectsRequest>,
    Check<v1::ReplayReleaseRequest>,      Check<v1::SealCaseRequest>,
    Check<v1::BreakGlassRequest>,         Check<v1::ReviewBreakGlassRequest>,
    Check<v1::RequestApprovalRequest>,    Check<v1::GiveApprovalRequest>,
    Check<v1::RegisterConnectionRequest>, Check<v1::ReadNoticesRequest>,
    Check<v1::AcknowledgeNoticesRequest>, Check<v1::ListReadingsRequest>,
};

}  // namespace
}  // namespace concordat::tests

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;  // NOLINT(build/namespaces)
  if (size == 0) return 0;
  const std::string_view bytes = tests::TextOf(data + 1, size - 1);
  if (data[0] < std::size(tests::kChecks)) {
    tests::kChecks[data[0]](bytes);
    return 0;
  }
  const auto policy = auth::PolicyEngine::CompileBytes(bytes);
  if (policy.ok()) CONCORDAT_CHECK(policy->bytes() == bytes);
  return 0;
}
