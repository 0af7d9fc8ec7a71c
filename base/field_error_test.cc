#include "base/field_error.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace concordat {
namespace {

TEST(FieldErrorTest, NamesFieldGotAndWant) {
  EXPECT_EQ(FieldError("event.persons[2].full_name", "an empty string", "1 to 200 characters"),
            absl::InvalidArgumentError(
                "event.persons[2].full_name: got an empty string, want 1 to 200 characters"));
}

}  // namespace
}  // namespace concordat
