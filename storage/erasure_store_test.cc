#include "storage/erasure_store.h"

#include <vector>

#include "gtest/gtest.h"
#include "storage/key_schema.h"
#include "storage/memory_store.h"

namespace concordat::storage {
namespace {

class ErasureStoreTest : public testing::Test {
 protected:
  void Request(uint64_t index) {
    v1::LogEntry::ErasureRequested details;
    details.set_case_id("case-a");
    PutErasureRequest(store_, LeafIndex{index}, "police", details);
  }
  static absl::StatusCode Code(const absl::Status& status) { return status.code(); }

  MemoryStore store_{nullptr};
};

TEST_F(ErasureStoreTest, ErasesOnlyWhatWasAskedForAndOnce) {
  EXPECT_EQ(absl::StatusCode::kDataLoss, Code(MarkErased(store_, LeafIndex{1}, LeafIndex{5})));
  Request(1);
  EXPECT_TRUE(MarkErased(store_, LeafIndex{1}, LeafIndex{5}).ok());
  EXPECT_EQ(absl::StatusCode::kDataLoss, Code(MarkErased(store_, LeafIndex{1}, LeafIndex{6})));
}

TEST_F(ErasureStoreTest, CertifiesOnlyAnErasure) {
  Request(1);
  EXPECT_EQ(absl::StatusCode::kDataLoss, Code(MarkCertified(store_, LeafIndex{5}, LeafIndex{6})));
  ASSERT_TRUE(MarkErased(store_, LeafIndex{1}, LeafIndex{5}).ok());
  EXPECT_EQ(absl::StatusCode::kDataLoss, Code(MarkCertified(store_, LeafIndex{1}, LeafIndex{6})));
  EXPECT_TRUE(MarkCertified(store_, LeafIndex{5}, LeafIndex{6}).ok());
  EXPECT_EQ(6u, GetErasure(store_, LeafIndex{1})->certificate_index());
}

TEST_F(ErasureStoreTest, NamesDamage) {
  store_.Put(Family::kErasures, ErasureKey(LeafIndex{1}), "\xff");
  EXPECT_EQ(absl::StatusCode::kDataLoss, GetErasure(store_, LeafIndex{1}).status().code());
  EXPECT_EQ(absl::StatusCode::kDataLoss, AllErasures(store_).status().code());
  EXPECT_EQ(absl::StatusCode::kNotFound, GetErasure(store_, LeafIndex{2}).status().code());
}

TEST_F(ErasureStoreTest, ListsErasuresAscendingAndThoseWithoutACertificate) {
  EXPECT_TRUE(AllErasures(store_)->empty());
  for (const uint64_t request : {1, 2, 3}) Request(request);
  ASSERT_TRUE(MarkErased(store_, LeafIndex{1}, LeafIndex{9}).ok());
  ASSERT_TRUE(MarkErased(store_, LeafIndex{2}, LeafIndex{8}).ok());
  PutErasedAgain(store_, LeafIndex{12});
  ASSERT_TRUE(MarkCertified(store_, LeafIndex{9}, LeafIndex{10}).ok());
  EXPECT_EQ((std::vector<LeafIndex>{LeafIndex{8}, LeafIndex{9}, LeafIndex{12}}),
            *AllErasures(store_));
  EXPECT_EQ((std::vector<LeafIndex>{LeafIndex{8}, LeafIndex{12}}), *UncertifiedErasures(store_));
  EXPECT_TRUE(MarkCertified(store_, LeafIndex{12}, LeafIndex{13}).ok());
}

}  // namespace
}  // namespace concordat::storage
