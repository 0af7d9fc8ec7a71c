#include "services/common/grpc_life.h"

#include <grpc/grpc.h>
#include <gtest/gtest.h>

namespace concordat::services {
namespace {

TEST(GrpcLifeTest, OutlivesTheLastObjectOfGrpc) {
  EXPECT_EQ(grpc_is_initialized(), 0);
  KeepGrpcRunning();
  KeepGrpcRunning();
  EXPECT_NE(grpc_is_initialized(), 0);
  grpc_init();
  grpc_shutdown_blocking();
  EXPECT_NE(grpc_is_initialized(), 0);
}

}  // namespace
}  // namespace concordat::services
