#include "storage/family_cursor.h"

#include <string>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/memory_store.h"

namespace concordat::storage {
namespace {

TEST(FamilyCursorTest, EndsAtOnceInAnEmptyFamily) {
  const MemoryStore store(nullptr);
  FamilyCursor cursor(store, Family::kCases);
  EXPECT_EQ(nullptr, *cursor.Peek());
  EXPECT_EQ(nullptr, *cursor.Peek());
}

TEST(FamilyCursorTest, PassesErrorsOn) {
  class Broken final : public Reader {
   public:
    absl::StatusOr<std::string> Get(Family, std::string_view) const override {
      return absl::UnavailableError("gone");
    }
    absl::Status Scan(Family, std::string_view, std::string_view, Visit) const override {
      return absl::UnavailableError("gone");
    }
  } broken;
  FamilyCursor cursor(broken, Family::kCases);
  EXPECT_EQ(absl::StatusCode::kUnavailable, cursor.Peek().status().code());
}

TEST(FamilyCursorTest, VisitsEachRowOnceInOrderAlsoWhenTheyAreMoreThanItHolds) {
  MemoryStore store(nullptr);
  constexpr int kRows = 5;
  const std::string large(FamilyCursor::kCursorBytesMax / 2, 'x');
  for (char i = 0; i < kRows; ++i) store.Put(Family::kCases, std::string(1 + i, 'k'), large);
  FamilyCursor cursor(store, Family::kCases);
  for (size_t i = 0; i < kRows; ++i) {
    const auto row = cursor.Peek();
    ASSERT_TRUE(row.ok());
    ASSERT_NE(nullptr, *row);
    EXPECT_EQ(std::string(1 + i, 'k'), (*row)->key);
    EXPECT_EQ(large, (*row)->value);
    cursor.Next();
  }
  EXPECT_EQ(nullptr, *cursor.Peek());
}

}  // namespace
}  // namespace concordat::storage
