#include "base/timestamps.h"

#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(TimestampsTest, KeepsMicrosecondsBothWays) {
  const absl::Time time = absl::FromUnixMicros(1700000000123456);
  EXPECT_EQ(ToTime(ToTimestamp(time)), time);
  EXPECT_EQ(ToTimestamp(time).nanos(), 123456000);
}

TEST(TimestampsTest, GivesNonNegativeNanosBeforeTheEpoch) {
  const google::protobuf::Timestamp timestamp = ToTimestamp(absl::FromUnixMicros(-1));
  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 999999000);
}

TEST(TimestampsTest, ClampsWhatTheWireCannotCarry) {
  EXPECT_EQ(ToTimestamp(absl::InfiniteFuture()).seconds(), 253402300799);
  EXPECT_EQ(ToTimestamp(absl::InfinitePast()).seconds(), -62135596800);
}

}  // namespace
}  // namespace concordat
