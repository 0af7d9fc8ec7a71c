#include "services/common/status_mapping.h"

#include <string>

#include "absl/status/status.h"
#include "base/limits.h"
#include "services/common/error_info.h"

namespace concordat::services {
namespace {

constexpr size_t kStatusMessageBytesMax = 4 * kShortTextBytesMax;
constexpr int kCodeMax = static_cast<int>(absl::StatusCode::kUnauthenticated);

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message().substr(0, kStatusMessageBytesMax)),
                      DetailsOf(status));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  const int code = status.error_code();
  const auto known = code >= 0 && code <= kCodeMax ? static_cast<absl::StatusCode>(code)
                                                   : absl::StatusCode::kUnknown;
  absl::Status result(known, status.error_message());
  if (!result.ok()) AddDetails(status.error_details(), &result);
  return result;
}

}  // namespace concordat::services
