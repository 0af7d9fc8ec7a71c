#include "services/common/status_mapping.h"

#include <string>

#include "absl/status/status.h"
#include "base/limits.h"

namespace concordat::services {
namespace {

constexpr size_t kStatusMessageBytesMax = 4 * kShortTextBytesMax;
constexpr int kCodeMax = static_cast<int>(absl::StatusCode::kUnauthenticated);

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message().substr(0, kStatusMessageBytesMax)));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  const int code = status.error_code();
  const auto known = code >= 0 && code <= kCodeMax ? static_cast<absl::StatusCode>(code)
                                                   : absl::StatusCode::kUnknown;
  return absl::Status(known, status.error_message());
}

}  // namespace concordat::services
