#include "tlog/merkle.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"

namespace concordat::tlog {
namespace {

using crypto::Digest;
using Leaves = std::vector<Digest>;

constexpr uint64_t kSeed = 6962;

std::string Hex(const Digest& digest) {
  return absl::BytesToHexString(ToAbsl(crypto::AsBytes(digest)));
}

Leaves MakeLeaves(size_t count) {
  Leaves leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(StrCat("leaf ", i)));
  return leaves;
}

Leaves Slice(const Leaves& leaves, size_t begin, size_t end) {
  return Leaves(leaves.begin() + begin, leaves.begin() + end);
}

Leaves Joined(Leaves first, const Leaves& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The definitions of RFC 6962 section 2.1, word for word and as slow as they are.
size_t Split(size_t n) {
  size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

Digest Mth(const Leaves& d) {
  if (d.empty()) return crypto::Sha256("");
  if (d.size() == 1) return d[0];
  const size_t k = Split(d.size());
  return NodeHash(Mth(Slice(d, 0, k)), Mth(Slice(d, k, d.size())));
}

Leaves Path(size_t m, const Leaves& d) {
  if (d.size() == 1) return {};
  const size_t k = Split(d.size());
  const Leaves left = Slice(d, 0, k);
  const Leaves right = Slice(d, k, d.size());
  return m < k ? Joined(Path(m, left), {Mth(right)}) : Joined(Path(m - k, right), {Mth(left)});
}

Leaves SubProof(size_t m, const Leaves& d, bool known) {
  if (m == d.size()) return known ? Leaves{} : Leaves{Mth(d)};
  const size_t k = Split(d.size());
  const Leaves left = Slice(d, 0, k);
  const Leaves right = Slice(d, k, d.size());
  return m <= k ? Joined(SubProof(m, left, known), {Mth(right)})
                : Joined(SubProof(m - k, right, false), {Mth(left)});
}

Leaves HashesOf(const std::vector<SubtreeRange>& path, const Leaves& leaves) {
  Leaves hashes;
  for (const SubtreeRange& range : path) {
    hashes.push_back(Mth(Slice(leaves, range.begin, range.end)));
  }
  return hashes;
}

TEST(MerkleTest, HashesAsTheRfcSays) {
  EXPECT_EQ(Hex(EmptyRoot()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // The empty leaf, from the tests of Certificate Transparency.
  EXPECT_EQ(Hex(LeafHash("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const Digest left = LeafHash("left");
  const Digest right = LeafHash("right");
  EXPECT_EQ(NodeHash(left, right),
            crypto::Sha256(StrCat("\x01", crypto::AsBytes(left), crypto::AsBytes(right))));
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

TEST(MerkleTest, ALeafNeverHashesAsANode) {
  const Digest left = LeafHash("left");
  const Digest right = LeafHash("right");
  EXPECT_NE(LeafHash(StrCat(crypto::AsBytes(left), crypto::AsBytes(right))), NodeHash(left, right));
}

TEST(MerkleTest, RefusesALeafOutsideTheTree) {
  const Digest leaf = LeafHash("leaf");
  EXPECT_EQ(VerifyInclusion(LeafIndex{0}, TreeSize{0}, leaf, {}, EmptyRoot()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyInclusion(LeafIndex{1}, TreeSize{1}, leaf, {}, leaf).message(),
            "leaf index: got 1, want below the tree size 1");
}

TEST(MerkleTest, RefusesAProofOfTheWrongLength) {
  const Leaves leaves = MakeLeaves(5);
  Leaves proof = Path(2, leaves);
  proof.push_back(leaves[0]);
  EXPECT_EQ(VerifyInclusion(LeafIndex{2}, TreeSize{5}, leaves[2], proof, Mth(leaves)).message(),
            "proof: got 4 hashes, want 3");
  proof.resize(2);
  EXPECT_EQ(VerifyInclusion(LeafIndex{2}, TreeSize{5}, leaves[2], proof, Mth(leaves)).message(),
            "proof: got 2 hashes, want 3");
}

TEST(MerkleTest, RefusesAConsistencyProofThatGoesBack) {
  const Digest root = LeafHash("leaf");
  EXPECT_EQ(VerifyConsistency(TreeSize{2}, TreeSize{1}, {}, root, root).message(),
            "new tree size: got 1, want at least 2");
}

TEST(MerkleTest, RefusesAnEmptyTreeThatHasAnotherRoot) {
  const Digest other = LeafHash("leaf");
  EXPECT_FALSE(VerifyConsistency(TreeSize{0}, TreeSize{0}, {}, EmptyRoot(), other).ok());
  EXPECT_FALSE(VerifyConsistency(TreeSize{0}, TreeSize{0}, {}, other, EmptyRoot()).ok());
  EXPECT_FALSE(VerifyConsistency(TreeSize{0}, TreeSize{3}, {}, other, other).ok());
  EXPECT_TRUE(VerifyConsistency(TreeSize{0}, TreeSize{3}, {}, EmptyRoot(), other).ok());
}

TEST(MerkleTest, EqualSizesNeedEqualRoots) {
  EXPECT_TRUE(VerifyConsistency(TreeSize{3}, TreeSize{3}, {}, LeafHash("a"), LeafHash("a")).ok());
  EXPECT_FALSE(VerifyConsistency(TreeSize{3}, TreeSize{3}, {}, LeafHash("a"), LeafHash("b")).ok());
}

TEST(MerkleTest, InclusionPathsAreTheRfcsForEveryLeafOfEverySmallTree) {
  for (size_t size = 1; size <= 40; ++size) {
    const Leaves leaves = MakeLeaves(size);
    for (size_t index = 0; index < size; ++index) {
      const Leaves proof = HashesOf(InclusionPath(LeafIndex{index}, TreeSize{size}), leaves);
      ASSERT_EQ(proof, Path(index, leaves)) << index << " of " << size;
      ASSERT_TRUE(
          VerifyInclusion(LeafIndex{index}, TreeSize{size}, leaves[index], proof, Mth(leaves))
              .ok());
    }
  }
}

TEST(MerkleTest, ConsistencyPathsAreTheRfcsForEveryPairOfSmallTrees) {
  for (size_t size = 1; size <= 40; ++size) {
    const Leaves leaves = MakeLeaves(size);
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const Leaves proof = HashesOf(ConsistencyPath(TreeSize{old_size}, TreeSize{size}), leaves);
      ASSERT_EQ(proof, SubProof(old_size, leaves, true)) << old_size << " to " << size;
      ASSERT_TRUE(VerifyConsistency(TreeSize{old_size}, TreeSize{size}, proof,
                                    Mth(Slice(leaves, 0, old_size)), Mth(leaves))
                      .ok());
    }
  }
}

TEST(MerkleTest, PathsOutsideTheTreeAreEmpty) {
  EXPECT_TRUE(InclusionPath(LeafIndex{4}, TreeSize{4}).empty());
  EXPECT_TRUE(ConsistencyPath(TreeSize{0}, TreeSize{4}).empty());
  EXPECT_TRUE(ConsistencyPath(TreeSize{4}, TreeSize{4}).empty());
  EXPECT_TRUE(ConsistencyPath(TreeSize{5}, TreeSize{4}).empty());
}

TEST(MerkleTest, PathsOfTheLargestTreesEnd) {
  constexpr uint64_t kHuge = ~uint64_t{0};
  EXPECT_LE(InclusionPath(LeafIndex{kHuge - 1}, TreeSize{kHuge}).size(), 64u);
  EXPECT_LE(ConsistencyPath(TreeSize{kHuge - 1}, TreeSize{kHuge}).size(), 65u);
}

// Every way of damaging a proof that the verifier must see.
class DamagedProofTest : public testing::Test {
 protected:
  void ExpectEachDamageRefused(size_t index, size_t old_size, size_t size) {
    const Leaves leaves = MakeLeaves(size);
    const Digest root = Mth(leaves);
    const Digest old_root = Mth(Slice(leaves, 0, old_size));
    const Leaves inclusion = Path(index, leaves);
    const Leaves consistency = SubProof(old_size, leaves, true);
    const auto included = [&](size_t i, size_t n, Digest leaf, const Leaves& proof, Digest r) {
      return VerifyInclusion(LeafIndex{i}, TreeSize{n}, leaf, proof, r).ok();
    };
    const auto consistent = [&](const Leaves& proof, Digest before, Digest after) {
      return VerifyConsistency(TreeSize{old_size}, TreeSize{size}, proof, before, after).ok();
    };
    ASSERT_TRUE(included(index, size, leaves[index], inclusion, root));
    ASSERT_TRUE(consistent(consistency, old_root, root));
    EXPECT_FALSE(included(index, size, Flipped(leaves[index]), inclusion, root));
    EXPECT_FALSE(included(index, size, leaves[index], inclusion, Flipped(root)));
    EXPECT_FALSE(consistent(consistency, Flipped(old_root), root));
    EXPECT_FALSE(consistent(consistency, old_root, Flipped(root)));
    if (size > 1) {
      EXPECT_FALSE(included((index + 1) % size, size, leaves[index], inclusion, root));
    }
    for (const auto& damaged : Damaged(inclusion)) {
      EXPECT_FALSE(included(index, size, leaves[index], damaged, root));
    }
    for (const auto& damaged : Damaged(consistency)) {
      EXPECT_FALSE(consistent(damaged, old_root, root));
    }
  }

 private:
  Digest Flipped(Digest digest) {
    digest[random_() % digest.size()] ^= static_cast<uint8_t>(1 << random_() % 8);
    return digest;
  }

  std::vector<Leaves> Damaged(const Leaves& proof) {
    std::vector<Leaves> all;
    for (size_t i = 0; i < proof.size(); ++i) {
      Leaves flipped = proof;
      flipped[i] = Flipped(flipped[i]);
      all.push_back(flipped);
      Leaves missing = proof;
      missing.erase(missing.begin() + i);
      all.push_back(missing);
      Leaves doubled = proof;
      doubled.insert(doubled.begin() + i, proof[i]);
      all.push_back(doubled);
      if (i + 1 < proof.size()) {
        Leaves swapped = proof;
        std::swap(swapped[i], swapped[i + 1]);
        all.push_back(swapped);
      }
    }
    all.push_back(Joined(proof, {EmptyRoot()}));
    return all;
  }

  std::mt19937_64 random_{kSeed};
};

TEST_F(DamagedProofTest, IsRefusedInRandomTrees) {
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 60; ++round) {
    const size_t size = 1 + random() % 200;
    const size_t index = random() % size;
    const size_t old_size = 1 + random() % size;
    SCOPED_TRACE(
        StrCat("seed ", kSeed, ", leaf ", index, ", old size ", old_size, ", size ", size));
    ExpectEachDamageRefused(index, old_size, size);
  }
}

TEST(CompactRangeTest, HasTheRfcsRootAtEverySize) {
  CompactRange range;
  EXPECT_EQ(range.Root(), EmptyRoot());
  const Leaves leaves = MakeLeaves(130);
  for (size_t size = 1; size <= leaves.size(); ++size) {
    range.Append(leaves[size - 1]);
    ASSERT_EQ(range.size(), TreeSize{size});
    ASSERT_EQ(range.Root(), Mth(Slice(leaves, 0, size))) << size;
  }
}

TEST(CompactRangeTest, ContinuesFromItsPeaks) {
  CompactRange range;
  for (const Digest& leaf : MakeLeaves(11)) range.Append(leaf);
  absl::StatusOr<CompactRange> continued = CompactRange::FromPeaks(range.size(), range.peaks());
  ASSERT_TRUE(continued.ok());
  const Digest next = LeafHash("next");
  range.Append(next);
  continued->Append(next);
  EXPECT_EQ(continued->Root(), range.Root());
}

TEST(CompactRangeTest, RefusesPeaksThatDoNotFitTheSize) {
  EXPECT_EQ(CompactRange::FromPeaks(TreeSize{3}, {EmptyRoot()}).status().message(),
            "peaks: got 1, want 2");
  EXPECT_FALSE(CompactRange::FromPeaks(TreeSize{0}, {EmptyRoot()}).ok());
}

}  // namespace
}  // namespace concordat::tlog
