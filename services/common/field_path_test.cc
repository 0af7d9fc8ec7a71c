#include "services/common/field_path.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace concordat::services {
namespace {

TEST(FieldPathTest, NamesFieldsAndElementsFromTheRoot) {
  const FieldPath event("event");
  const FieldPath person = event.Child("persons", 2);
  EXPECT_EQ(event.ToString(), "event");
  EXPECT_EQ(person.Child("full_name").ToString(), "event.persons[2].full_name");
}

TEST(FieldPathTest, MakesAnInvalidArgumentError) {
  const absl::Status status = FieldPath("purpose").Error("nothing", "a purpose");
  EXPECT_EQ(status, absl::InvalidArgumentError("purpose: got nothing, want a purpose"));
}

}  // namespace
}  // namespace concordat::services
