#include "base/clock.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "base/fake_clock.h"

namespace concordat {
namespace {

TEST(ClockTest, GivesTheSystemsTime) {
  // Written in 2024; a machine whose clock stands before that can't issue certificates either.
  EXPECT_GT(Clock::Real().Now(), absl::FromUnixSeconds(1704067200));
  EXPECT_LT(Clock::Real().Now(), absl::InfiniteFuture());
  EXPECT_EQ(&Clock::Real(), &Clock::Real());
}

TEST(FakeClockTest, MovesOnlyWhenMoved) {
  FakeClock clock(absl::FromUnixSeconds(1000));
  const Clock& seen = clock;
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(1000));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(1000));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(1005));
  clock.Advance(-absl::Seconds(10));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(995));
}

}  // namespace
}  // namespace concordat
