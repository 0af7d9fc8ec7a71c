#include "storage/memory_store.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/key_schema.h"

namespace concordat::storage {
namespace {

std::vector<std::string> KeysOf(const Reader& reader, Family family, std::string_view begin,
                                std::string_view end) {
  std::vector<std::string> keys;
  EXPECT_TRUE(reader
                  .Scan(family, begin, end,
                        [&](std::string_view key, std::string_view) {
                          keys.emplace_back(key);
                          return true;
                        })
                  .ok());
  return keys;
}

TEST(MemoryStoreTest, FindsNothingInTheBeginning) {
  const MemoryStore store(nullptr);
  EXPECT_TRUE(absl::IsNotFound(store.Get(Family::kCases, "a").status()));
  EXPECT_TRUE(absl::IsNotFound(store.Get(Family::kKeys, "a").status()));
  EXPECT_TRUE(KeysOf(store, Family::kCases, "", "").empty());
}

TEST(MemoryStoreTest, ReadsBackWhatWasWrittenLast) {
  MemoryStore store(nullptr);
  store.Put(Family::kCases, "a", "1");
  store.Put(Family::kCases, "a", "2");
  store.Put(Family::kAlerts, "b", "3");
  EXPECT_EQ("2", *store.Get(Family::kCases, "a"));
  EXPECT_TRUE(absl::IsNotFound(store.Get(Family::kCases, "b").status()));
  store.Delete(Family::kCases, "a");
  store.Delete(Family::kCases, "never there");
  EXPECT_TRUE(absl::IsNotFound(store.Get(Family::kCases, "a").status()));
}

TEST(MemoryStoreTest, ScansItsRangeInOrder) {
  MemoryStore store(nullptr);
  for (const char* key : {"c", "a", "b"}) store.Put(Family::kCases, key, "");
  EXPECT_EQ((std::vector<std::string>{"a", "b"}), KeysOf(store, Family::kCases, "a", "c"));
  EXPECT_EQ((std::vector<std::string>{"b", "c"}), KeysOf(store, Family::kCases, "b", ""));
}

TEST(MemoryStoreTest, ReadsKeysAndBodiesBelowAndChangesNoneOfThem) {
  // Any reader will do as what is stored; this one's own families hold a row.
  class Stored final : public Reader {
   public:
    absl::StatusOr<std::string> Get(Family family, std::string_view) const override {
      return std::string(family == Family::kKeys ? "key" : "projection");
    }
    absl::Status Scan(Family, std::string_view, std::string_view, Visit visit) const override {
      visit("k", "v");
      return absl::OkStatus();
    }
  } stored;
  MemoryStore store(&stored);
  store.Put(Family::kKeys, "a", "other");
  store.Delete(Family::kKeys, "a");
  EXPECT_EQ("key", *store.Get(Family::kKeys, "a"));
  EXPECT_EQ(std::vector<std::string>{"k"}, KeysOf(store, Family::kSealed, "", ""));
  EXPECT_TRUE(absl::IsNotFound(store.Get(Family::kCases, "a").status()));
}

}  // namespace
}  // namespace concordat::storage
