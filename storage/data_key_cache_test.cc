#include "storage/data_key_cache.h"

#include <memory>
#include <string>
#include <utility>

#include "crypto/random.h"
#include "gtest/gtest.h"

namespace concordat::storage {
namespace {

std::shared_ptr<const crypto::AesGcmSiv> NewKey() {
  return std::make_shared<const crypto::AesGcmSiv>(
      *crypto::AesGcmSiv::Create(crypto::RandomSecret(32)));
}

TEST(DataKeyCacheTest, LetsGoOfTheOneNotUsedForTheLongest) {
  DataKeyCache cache(2);
  const auto first = NewKey();
  cache.Insert("first", first);
  cache.Insert("second", NewKey());
  EXPECT_EQ(cache.Find("first"), first);
  cache.Insert("third", NewKey());
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Find("second"), nullptr);
  EXPECT_EQ(cache.Find("first"), first);
  EXPECT_NE(cache.Find("third"), nullptr);
}

TEST(DataKeyCacheTest, KeepsTheKeyItHasForTheSameWrapping) {
  DataKeyCache cache(2);
  const auto first = NewKey();
  cache.Insert("wrapped", first);
  cache.Insert("wrapped", NewKey());
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.Find("wrapped"), first);
}

TEST(DataKeyCacheTest, FindsNothingInAnEmptyOne) {
  DataKeyCache cache(1);
  EXPECT_EQ(cache.Find("wrapped"), nullptr);
}

TEST(DataKeyCacheTest, LetsGoOfAllThatBeginSo) {
  DataKeyCache cache(3);
  for (const char* wrapped : {"subject-a1", "subject-a2", "subject-b1"}) {
    cache.Insert(wrapped, NewKey());
  }
  cache.RemoveStartingWith("subject-a");
  EXPECT_EQ(cache.Find("subject-a1"), nullptr);
  EXPECT_EQ(cache.Find("subject-a2"), nullptr);
  EXPECT_NE(cache.Find("subject-b1"), nullptr);
  EXPECT_EQ(cache.size(), 1u);
}

}  // namespace
}  // namespace concordat::storage
