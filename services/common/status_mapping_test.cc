#include "services/common/status_mapping.h"

#include <gtest/gtest.h>

#include <string>

namespace concordat::services {
namespace {

TEST(StatusMappingTest, KeepsEveryCodeAndItsText) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    const grpc::Status mapped = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(mapped.error_code()), code);
    EXPECT_EQ(mapped.error_message(), "why");
    EXPECT_EQ(FromGrpcStatus(mapped), status);
  }
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(StatusMappingTest, TakesACodeThatIsNoneForUnknown) {
  const grpc::Status odd(static_cast<grpc::StatusCode>(99), "why");
  EXPECT_EQ(FromGrpcStatus(odd), absl::UnknownError("why"));
}

TEST(StatusMappingTest, CutsTextsThatAHeaderCannotCarry) {
  const grpc::Status mapped = ToGrpcStatus(absl::InternalError(std::string(100000, 'x')));
  EXPECT_EQ(mapped.error_message().size(), 1024u);
}

}  // namespace
}  // namespace concordat::services
