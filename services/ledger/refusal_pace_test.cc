#include "services/ledger/refusal_pace.h"

#include <optional>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "gtest/gtest.h"

namespace concordat::services {
namespace {

using Result = absl::StatusOr<int>;

constexpr absl::Duration kStep = absl::Milliseconds(kNotFoundStepMilliseconds);

// What a paced answer became, and after how long since the call came in. `taken` is what the work
// takes. Times are only ever compared from below: a machine may be slow, never early.
struct Answered {
  Result result = 0;
  absl::Duration after;
};

Answered Pace(const Result& given, absl::Duration taken) {
  Answered answered;
  absl::Notification done;
  const absl::Time begun = absl::Now();
  const auto answer = Paced<int>([&](Result result) {
    answered.result = std::move(result);
    answered.after = absl::Now() - begun;
    done.Notify();
  });
  absl::SleepFor(taken);
  answer(given);
  done.WaitForNotification();
  return answered;
}

TEST(RefusalPaceTest, WhatIsNotThereIsAnsweredAtAWholeStepWhateverItTook) {
  const absl::Status status = absl::NotFoundError("case_id: got no such case");
  const Answered quick = Pace(status, absl::ZeroDuration());
  EXPECT_EQ(quick.result.status(), status);
  EXPECT_GE(quick.after, kStep - absl::Milliseconds(1));
  const Answered slow = Pace(status, kStep + absl::Milliseconds(2));
  EXPECT_EQ(slow.result.status(), status);
  EXPECT_GE(slow.after, 2 * kStep - absl::Milliseconds(1));
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
