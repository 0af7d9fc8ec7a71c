#include "storage/release_store.h"

#include <optional>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/memory_store.h"

namespace concordat::storage {
namespace {

TEST(ReleaseStoreTest, KnowsNoPolicyThatWasNeverInForce) {
  MemoryStore store(nullptr);
  EXPECT_EQ(absl::StatusCode::kNotFound, GetPolicy(store, "digest").status().code());
  PutPolicy(store, "digest", "policy");
  EXPECT_EQ("policy", *GetPolicy(store, "digest"));
  EXPECT_EQ(absl::StatusCode::kNotFound, GetPolicy(store, "diges").status().code());
}

TEST(ReleaseStoreTest, KeepsTheFirstConfirmation) {
  MemoryStore store(nullptr);
  EXPECT_EQ(std::nullopt, *ConfirmationOf(store, LeafIndex{4}));
  PutConfirmation(store, LeafIndex{4}, LeafIndex{7});
  PutConfirmation(store, LeafIndex{4}, LeafIndex{9});
  EXPECT_EQ(LeafIndex{7}, *ConfirmationOf(store, LeafIndex{4}));
  EXPECT_EQ(std::nullopt, *ConfirmationOf(store, LeafIndex{7}));
}

TEST(ReleaseStoreTest, NamesADamagedConfirmation) {
  MemoryStore store(nullptr);
  store.Put(Family::kConfirmations, ConfirmationKey(LeafIndex{4}), "1234567");
  EXPECT_EQ(absl::StatusCode::kDataLoss, ConfirmationOf(store, LeafIndex{4}).status().code());
}

}  // namespace
}  // namespace concordat::storage
