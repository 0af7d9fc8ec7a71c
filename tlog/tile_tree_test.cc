#include "tlog/tile_tree.h"

#include <map>
#include <random>
#include <string>

#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "tlog/merkle.h"

namespace concordat::tlog {
namespace {

using crypto::Digest;

constexpr uint64_t kSeed = 2357;

// Tiles as a disk would keep them, and how many were read.
class TileTreeTest : public testing::Test {
 protected:
  void Grow(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      leaves_.push_back(LeafHash(StrCat("leaf ", leaves_.size())));
      tree_.Append(leaves_.back());
      range_.Append(leaves_.back());
      roots_.push_back(range_.Root());
    }
    for (auto& [id, bytes] : tree_.TakeChangedTiles()) stored_[id] = std::move(bytes);
  }

  absl::StatusOr<std::string> Read(TileId id) {
    ++reads_;
    const auto found = stored_.find(id);
    if (found == stored_.end()) return absl::DataLossError("no such tile");
    return found->second;
  }

  absl::StatusOr<TileTree> Load(uint64_t size) {
    return TileTree::Load(TreeSize{size}, [this](TileId id) { return Read(id); });
  }
  absl::StatusOr<std::vector<Digest>> Inclusion(uint64_t index, uint64_t size) {
    return InclusionProof(LeafIndex{index}, TreeSize{size}, [this](TileId id) { return Read(id); });
  }
  absl::StatusOr<std::vector<Digest>> Consistency(uint64_t old_size, uint64_t new_size) {
    return ConsistencyProof(TreeSize{old_size}, TreeSize{new_size},
                            [this](TileId id) { return Read(id); });
  }
  Digest RootOf(uint64_t size) const { return size == 0 ? EmptyRoot() : roots_[size - 1]; }

  TileTree tree_;
  CompactRange range_;
  std::vector<Digest> leaves_;
  std::vector<Digest> roots_;  // By size - 1.
  std::map<TileId, std::string> stored_;
  int reads_ = 0;
};

TEST_F(TileTreeTest, RefusesWhatLiesOutsideTheTree) {
  Grow(10);
  EXPECT_EQ(Inclusion(10, 10).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Inclusion(0, 0).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Consistency(11, 10).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(TileTreeTest, RefusesAMissingOrShortTile) {
  Grow(300);
  EXPECT_EQ(Load(301).status().code(), absl::StatusCode::kDataLoss);
  stored_[{0, 1}].resize(kHashBytes * 43);
  EXPECT_EQ(Load(300).status().code(), absl::StatusCode::kDataLoss);
  stored_.erase({1, 0});
  EXPECT_EQ(Load(300).status().message(), "no such tile");
}

TEST_F(TileTreeTest, ProvesEverySizeFromTheTilesOfALaterOne) {
  Grow(600);
  for (uint64_t size : {0u, 1u, 2u, 255u, 256u, 257u, 300u, 511u, 512u, 513u, 600u}) {
    const absl::StatusOr<Digest> root =
        RootAt(TreeSize{size}, [this](TileId id) { return Read(id); });
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(*root, RootOf(size)) << size;
    for (uint64_t index = 0; index < size; index += 37) {
      const auto proof = Inclusion(index, size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(
          VerifyInclusion(LeafIndex{index}, TreeSize{size}, leaves_[index], *proof, RootOf(size))
              .ok());
    }
    for (uint64_t old_size = 0; old_size <= size; old_size += 29) {
      const auto proof = Consistency(old_size, size);
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(VerifyConsistency(TreeSize{old_size}, TreeSize{size}, *proof, RootOf(old_size),
                                    RootOf(size))
                      .ok());
    }
  }
}

TEST_F(TileTreeTest, ProvesRandomPairsAcrossThreeTileLevels) {
  SCOPED_TRACE(StrCat("seed ", kSeed));
  Grow(66000);
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 100; ++round) {
    const uint64_t size = 1 + random() % leaves_.size();
    const uint64_t index = random() % size;
    const uint64_t old_size = random() % (size + 1);
    const auto inclusion = Inclusion(index, size);
    ASSERT_TRUE(inclusion.ok()) << inclusion.status();
    ASSERT_TRUE(
        VerifyInclusion(LeafIndex{index}, TreeSize{size}, leaves_[index], *inclusion, RootOf(size))
            .ok())
        << index << " in " << size;
    const auto consistency = Consistency(old_size, size);
    ASSERT_TRUE(consistency.ok()) << consistency.status();
    ASSERT_TRUE(VerifyConsistency(TreeSize{old_size}, TreeSize{size}, *consistency,
                                  RootOf(old_size), RootOf(size))
                    .ok())
        << old_size << " to " << size;
  }
}

TEST_F(TileTreeTest, LoadingReadsOneTileALevel) {
  Grow(300);
  reads_ = 0;
  ASSERT_TRUE(Load(300).ok());
  EXPECT_EQ(reads_, 2);
  Grow(65700);
  reads_ = 0;
  ASSERT_TRUE(Load(66000).ok());
  EXPECT_EQ(reads_, 3);
}

TEST_F(TileTreeTest, ALoadedTreeGrowsAsTheOneInMemory) {
  for (const size_t step : {1u, 254u, 1u, 1u, 255u, 300u}) {
    Grow(step);
    absl::StatusOr<TileTree> loaded = Load(leaves_.size());
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    TileTree kept = tree_;
    EXPECT_EQ(loaded->Root(), kept.Root());
    for (int i = 0; i < 300; ++i) {
      loaded->Append(leaves_[0]);
      kept.Append(leaves_[0]);
    }
    EXPECT_EQ(loaded->Root(), kept.Root());
    EXPECT_EQ(loaded->TakeChangedTiles(), kept.TakeChangedTiles());
  }
}

TEST_F(TileTreeTest, ACopyThatIsDroppedLeavesNothing) {
  Grow(255);
  TileTree copy = tree_;
  for (int i = 0; i < 600; ++i) copy.Append(EmptyRoot());
  EXPECT_EQ(tree_.size(), TreeSize{255});
  EXPECT_EQ(tree_.Root(), RootOf(255));
  EXPECT_TRUE(tree_.TakeChangedTiles().empty());
}

TEST_F(TileTreeTest, WritesOnlyTheTilesThatChanged) {
  Grow(256);
  EXPECT_EQ(stored_.size(), 2u);
  tree_.Append(EmptyRoot());
  const std::map<TileId, std::string> changed = tree_.TakeChangedTiles();
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed.begin()->first, (TileId{0, 1}));
  EXPECT_EQ(changed.begin()->second.size(), kHashBytes);
  EXPECT_TRUE(tree_.TakeChangedTiles().empty());
}

}  // namespace
}  // namespace concordat::tlog
