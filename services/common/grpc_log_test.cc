#include "services/common/grpc_log.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>

namespace concordat::services {
namespace {

TEST(GrpcLogTest, KeepsErrorsAndLeavesOutTheRest) {
  grpc_init();
  QuietGrpcLog();
  ::testing::internal::CaptureStderr();
  gpr_log(GPR_ERROR, "handshake failed");
  gpr_log(GPR_ERROR, "No match found for server name: %s.", "127.0.0.1");
  gpr_log(GPR_INFO, "just so");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "concordatd: grpc: handshake failed\n");
  grpc_shutdown();
}

}  // namespace
}  // namespace concordat::services
