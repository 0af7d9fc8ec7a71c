#include "services/common/ledger_status.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/common/status_mapping.h"

namespace concordat::services {
namespace {

// Before what gRPC says of the connection; the ledger's own texts may have it already.
constexpr char kPrefix[] = "ledger: ";

}  // namespace

absl::Status FromLedger(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (absl::StartsWith(status.error_message(), kPrefix)) return FromGrpcStatus(status);
      return absl::UnavailableError(absl::StrCat(kPrefix, status.error_message()));
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::UNIMPLEMENTED:
      // Between us and the ledger, not the caller's doing.
      return absl::UnavailableError("ledger: got a server that is not the ledger, want the ledger");
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError("ledger: got no answer in time, want one");
    default:
      return FromGrpcStatus(status);
  }
}

}  // namespace concordat::services
