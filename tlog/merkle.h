// RFC 6962 Merkle tree arithmetic: pure functions of hashes, without storage, clock or protobuf.
//
// Leaves count from 0. A tree of size n holds leaves 0 .. n-1; the tree of size 0 has the root
// SHA-256(""). A node is named by (level, index): level 0 is the leaves, node (level, index) covers
// the 2^level leaves from index * 2^level, and only such complete subtrees are named. Everything
// here is thread-safe.
#ifndef CONCORDAT_TLOG_MERKLE_H_
#define CONCORDAT_TLOG_MERKLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/log_types.h"
#include "crypto/sha256.h"

namespace concordat::tlog {

// RFC 6962 section 2.1: SHA-256(0x00 || entry), SHA-256(0x01 || left || right), SHA-256("").
crypto::Digest LeafHash(std::string_view entry);
crypto::Digest NodeHash(const crypto::Digest& left, const crypto::Digest& right);
crypto::Digest EmptyRoot();

// The leaves [begin, end), begin < end, of one subtree as RFC 6962 splits a tree; its hash is the
// MTH of those leaves.
struct SubtreeRange {
  uint64_t begin;
  uint64_t end;
};

// The subtrees whose hashes make up PATH(index, D[size]) and PROOF(old_size, D[new_size]), in the
// RFC's order. Inclusion: empty when index >= size. Consistency: empty when old_size is 0 or not
// below new_size.
std::vector<SubtreeRange> InclusionPath(LeafIndex index, TreeSize size);
std::vector<SubtreeRange> ConsistencyPath(TreeSize old_size, TreeSize new_size);

// RFC 9162 section 2.1.3.2. INVALID_ARGUMENT when index >= size, the proof has the wrong length
// (got, want), or it leads to another root.
absl::Status VerifyInclusion(LeafIndex index, TreeSize size, const crypto::Digest& leaf_hash,
                             absl::Span<const crypto::Digest> proof, const crypto::Digest& root);

// RFC 9162 section 2.1.4.2. From size 0 and between equal sizes the only valid proof is the empty
// one, and then the roots must be EmptyRoot() or equal. INVALID_ARGUMENT when the sizes go back,
// the proof has the wrong length, or it leads to another root; the message says which of the two
// roots.
absl::Status VerifyConsistency(TreeSize old_size, TreeSize new_size,
                               absl::Span<const crypto::Digest> proof,
                               const crypto::Digest& old_root, const crypto::Digest& new_root);

// The frontier of a tree that only grows: the hashes of its maximal complete subtrees, largest
// first, at most 64. Append is O(1) amortised; a copy is cheap and independent.
class CompactRange {
 public:
  CompactRange() = default;

  // INVALID_ARGUMENT unless there is one peak for each set bit of `size`.
  static absl::StatusOr<CompactRange> FromPeaks(TreeSize size, std::vector<crypto::Digest> peaks);

  void Append(const crypto::Digest& leaf_hash);
  crypto::Digest Root() const;
  TreeSize size() const { return TreeSize{size_}; }
  const std::vector<crypto::Digest>& peaks() const { return peaks_; }

 private:
  uint64_t size_ = 0;
  std::vector<crypto::Digest> peaks_;
};

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_MERKLE_H_
