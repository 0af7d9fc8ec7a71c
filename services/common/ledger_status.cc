#include "services/common/ledger_status.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/common/error_info.h"
#include "services/common/status_mapping.h"

namespace concordat::services {
namespace {

// Before what gRPC says of the connection; the ledger's own texts may have it already.
constexpr char kPrefix[] = "ledger: ";
constexpr char kNotTheLedger[] = "ledger: got a server that is not the ledger, want the ledger";

}  // namespace

absl::Status FromLedger(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (absl::StartsWith(status.error_message(), kPrefix)) return FromGrpcStatus(status);
      return absl::UnavailableError(absl::StrCat(kPrefix, status.error_message()));
    case grpc::StatusCode::UNAUTHENTICATED: {
      absl::Status own = FromGrpcStatus(status);
      if (ErrorInfoOf(own).has_value()) return own;  // Of the end caller's token.
      return absl::UnavailableError(kNotTheLedger);
    }
    case grpc::StatusCode::UNIMPLEMENTED:
      // Between us and the ledger, not the caller's doing.
      return absl::UnavailableError(kNotTheLedger);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError("ledger: got no answer in time, want one");
    default:
      return FromGrpcStatus(status);
  }
}

}  // namespace concordat::services
