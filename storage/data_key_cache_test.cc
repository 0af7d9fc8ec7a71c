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

}  // namespace
}  // namespace concordat::storage
