#include "services/ledger/refusal_pace.h"

#include <optional>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"
#include "gtest/gtest.h"

namespace concordat::services {
namespace {

using Result = absl::StatusOr<int>;

constexpr int kStep = kNotFoundStepMilliseconds;

int64_t After(int64_t milliseconds) {
  return NextStepMilliseconds(gpr_time_from_millis(milliseconds, GPR_TIMESPAN));
}

TEST(RefusalPaceTest, TheNextStepIsTheSameForWhateverTakesLessThanOne) {
  EXPECT_EQ(After(0), kStep);
  EXPECT_EQ(After(1), kStep);
  EXPECT_EQ(After(kStep - 1), kStep);
  EXPECT_EQ(After(kStep), 2 * kStep);
  EXPECT_EQ(After(2 * kStep - 1), 2 * kStep);
}

// The time is compared from below only: a machine may be slow, never early.
TEST(RefusalPaceTest, WhatIsNotThereIsAnsweredAtAWholeStep) {
  const absl::Status status = absl::NotFoundError("case_id: got no such case");
  const absl::Time begun = Clock::Real().Now();
  Result answered = 0;
  absl::Notification done;
  Paced<int>([&](Result result) {
    answered = std::move(result);
    done.Notify();
  })(status);
  done.WaitForNotification();
  EXPECT_EQ(answered.status(), status);
  EXPECT_GE(Clock::Real().Now() - begun, absl::Milliseconds(kStep - 1));
}

TEST(RefusalPaceTest, EveryOtherAnswerLeavesBeforeTheCallReturns) {
  for (const Result& given : {Result(7), Result(absl::PermissionDeniedError("purpose")),
                              Result(absl::UnavailableError("storage"))}) {
    std::optional<Result> answered;
    Paced<int>([&](Result result) { answered = std::move(result); })(given);
    ASSERT_TRUE(answered.has_value());
    EXPECT_EQ(answered->status(), given.status());
  }
}

}  // namespace
}  // namespace concordat::services
