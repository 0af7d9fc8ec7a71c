// absl::Status and grpc::Status carry the same canonical codes, a text and an ErrorInfo
// (error_info.h).
#ifndef CONCORDAT_SERVICES_COMMON_STATUS_MAPPING_H_
#define CONCORDAT_SERVICES_COMMON_STATUS_MAPPING_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace concordat::services {

// Same code, same message (cut to kShortTextBytesMax * 4 bytes: it travels in a header, and a
// longer one would be lost whole).
grpc::Status ToGrpcStatus(const absl::Status& status);
// Same code, same message. A code outside the canonical 0 to 16 is UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_STATUS_MAPPING_H_
