#include "tlog/merkle.h"

#include <algorithm>
#include <bitset>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tlog {
namespace {

using crypto::AsBytes;
using crypto::Digest;

constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr std::string_view kNodePrefix("\x01", 1);

// The largest power of two below n; n is at least 2.
uint64_t SplitPoint(uint64_t n) {
  uint64_t k = 1;
  while (k < n - k) k <<= 1;
  return k;
}

size_t BitCount(uint64_t value) { return std::bitset<64>(value).count(); }

absl::Status CheckProofLength(size_t got, size_t want) {
  if (got == want) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat("proof: got ", got, " hashes, want ", want));
}

// Walks from a leaf (or a node that stands for leaves) towards the root, RFC 9162 section 2.1.3.2
// step 4.
class Climb {
 public:
  Climb(uint64_t position, uint64_t last) : position_(position), last_(last) {}

  // Whether the next proof hash is the left sibling. Left siblings exist only below, so levels
  // without one are skipped.
  bool NextIsLeft() {
    const bool left = (position_ & 1) != 0 || position_ == last_;
    if (left) {
      while ((position_ & 1) == 0 && position_ != 0) Up();
    }
    Up();
    return left;
  }
  void SkipRightSpine() {
    while ((position_ & 1) != 0) Up();
  }

 private:
  void Up() {
    position_ >>= 1;
    last_ >>= 1;
  }
  uint64_t position_;
  uint64_t last_;
};

}  // namespace

Digest LeafHash(std::string_view entry) {
  crypto::Sha256Hasher hasher;
  hasher.Update(kLeafPrefix);
  hasher.Update(entry);
  return hasher.Finish();
}

Digest NodeHash(const Digest& left, const Digest& right) {
  crypto::Sha256Hasher hasher;
  hasher.Update(kNodePrefix);
  hasher.Update(AsBytes(left));
  hasher.Update(AsBytes(right));
  return hasher.Finish();
}

Digest EmptyRoot() { return crypto::Sha256(""); }

std::vector<SubtreeRange> InclusionPath(LeafIndex index, TreeSize size) {
  std::vector<SubtreeRange> path;
  if (!Covers(size, index)) return path;
  SubtreeRange around{0, size.value};
  while (around.end - around.begin > 1) {
    const uint64_t middle = around.begin + SplitPoint(around.end - around.begin);
    if (index.value < middle) {
      path.push_back({middle, around.end});
      around.end = middle;
    } else {
      path.push_back({around.begin, middle});
      around.begin = middle;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<SubtreeRange> ConsistencyPath(TreeSize old_size, TreeSize new_size) {
  std::vector<SubtreeRange> path;
  if (old_size.value == 0 || old_size >= new_size) return path;
  SubtreeRange around{0, new_size.value};
  // Until `around` ends where the old tree does: then it is a subtree of both.
  while (around.end != old_size.value) {
    const uint64_t middle = around.begin + SplitPoint(around.end - around.begin);
    if (old_size.value <= middle) {
      path.push_back({middle, around.end});
      around.end = middle;
    } else {
      path.push_back({around.begin, middle});
      around.begin = middle;
    }
  }
  // The whole old tree is known to the verifier; any smaller part of it is not.
  if (around.begin != 0) path.push_back(around);
  std::reverse(path.begin(), path.end());
  return path;
}

absl::Status VerifyInclusion(LeafIndex index, TreeSize size, const Digest& leaf_hash,
                             absl::Span<const Digest> proof, const Digest& root) {
  if (!Covers(size, index)) {
    return absl::InvalidArgumentError(
        StrCat("leaf index: got ", index.value, ", want below the tree size ", size.value));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckProofLength(proof.size(), InclusionPath(index, size).size()));
  Climb climb(index.value, size.value - 1);
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    hash = climb.NextIsLeft() ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
  }
  if (hash != root) {
    return absl::InvalidArgumentError("inclusion proof: got another root, want the checkpoint's");
  }
  return absl::OkStatus();
}

absl::Status VerifyConsistency(TreeSize old_size, TreeSize new_size, absl::Span<const Digest> proof,
                               const Digest& old_root, const Digest& new_root) {
  if (old_size > new_size) {
    return absl::InvalidArgumentError(
        StrCat("new tree size: got ", new_size.value, ", want at least ", old_size.value));
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckProofLength(proof.size(), ConsistencyPath(old_size, new_size).size()));
  Digest hash_old = old_root;
  Digest hash_new = new_root;
  if (old_size.value == 0) {
    hash_old = EmptyRoot();
    if (new_size.value == 0) hash_new = EmptyRoot();
  } else if (old_size == new_size) {
    hash_old = new_root;
  } else {
    Climb climb(old_size.value - 1, new_size.value - 1);
    climb.SkipRightSpine();
    // When the old tree is one complete subtree, the proof starts from its root, which the verifier
    // has.
    const bool complete = BitCount(old_size.value) == 1;
    if (!complete) {
      hash_old = proof.front();
      proof.remove_prefix(1);
    }
    hash_new = hash_old;
    for (const Digest& sibling : proof) {
      if (climb.NextIsLeft()) {
        hash_old = NodeHash(sibling, hash_old);
        hash_new = NodeHash(sibling, hash_new);
      } else {
        hash_new = NodeHash(hash_new, sibling);
      }
    }
  }
  if (hash_old != old_root) {
    return absl::InvalidArgumentError("consistency proof: got another root for the old size");
  }
  if (hash_new != new_root) {
    return absl::InvalidArgumentError("consistency proof: got another root for the new size");
  }
  return absl::OkStatus();
}

absl::StatusOr<CompactRange> CompactRange::FromPeaks(TreeSize size, std::vector<Digest> peaks) {
  if (peaks.size() != BitCount(size.value)) {
    return absl::InvalidArgumentError(
        StrCat("peaks: got ", peaks.size(), ", want ", BitCount(size.value)));
  }
  CompactRange range;
  range.size_ = size.value;
  range.peaks_ = std::move(peaks);
  return range;
}

void CompactRange::Append(const Digest& leaf_hash) {
  Digest hash = leaf_hash;
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = NodeHash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

Digest CompactRange::Root() const {
  if (peaks_.empty()) return EmptyRoot();
  Digest root = peaks_.back();
  for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) root = NodeHash(*peak, root);
  return root;
}

}  // namespace concordat::tlog
