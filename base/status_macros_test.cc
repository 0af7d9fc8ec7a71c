#include "base/status_macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat {
namespace {

absl::Status ReturnThenCount(absl::Status first, int* reached) {
  CONCORDAT_RETURN_IF_ERROR(first);
  ++*reached;
  return absl::OkStatus();
}

absl::StatusOr<int> Sum(absl::StatusOr<int> a, absl::StatusOr<std::unique_ptr<int>> b) {
  CONCORDAT_ASSIGN_OR_RETURN(const int left, a);
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<int> right, std::move(b));
  return left + *right;
}

TEST(StatusMacrosTest, ReturnsTheErrorAndGoesNoFurther) {
  int reached = 0;
  EXPECT_EQ(ReturnThenCount(absl::NotFoundError("x"), &reached), absl::NotFoundError("x"));
  EXPECT_EQ(reached, 0);
  EXPECT_TRUE(ReturnThenCount(absl::OkStatus(), &reached).ok());
  EXPECT_EQ(reached, 1);
}

TEST(StatusMacrosTest, BindsTheValueOrReturnsTheError) {
  EXPECT_EQ(Sum(1, std::make_unique<int>(2)).value(), 3);
  EXPECT_EQ(Sum(absl::AbortedError("left"), std::make_unique<int>(2)).status(),
            absl::AbortedError("left"));
  EXPECT_EQ(Sum(1, absl::DataLossError("right")).status(), absl::DataLossError("right"));
}

TEST(StatusMacrosTest, EvaluatesTheExpressionOnce) {
  int calls = 0;
  const auto call = [&]() -> absl::StatusOr<int> { return ++calls; };
  const auto body = [&]() -> absl::Status {
    CONCORDAT_ASSIGN_OR_RETURN(const int value, call());
    CONCORDAT_RETURN_IF_ERROR(call().status());
    EXPECT_EQ(value, 1);
    return absl::OkStatus();
  };
  EXPECT_TRUE(body().ok());
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace concordat
