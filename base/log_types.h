// Positions in the log. An index and a size are both counts, and one taken for the other is an
// error by one that a proof may not show; so they are distinct types without arithmetic or
// conversions.
#ifndef CONCORDAT_BASE_LOG_TYPES_H_
#define CONCORDAT_BASE_LOG_TYPES_H_

#include <cstdint>
#include <utility>

namespace concordat {

// 0-based position of an entry: the leaf that it is in the tree.
struct LeafIndex {
  uint64_t value = 0;
};

// How many entries a tree covers: leaves 0 to value - 1. 0 is the empty tree.
struct TreeSize {
  uint64_t value = 0;
};

#define CONCORDAT_DEFINE_COMPARISONS(Type)                                 \
  constexpr bool operator==(Type a, Type b) { return a.value == b.value; } \
  constexpr bool operator!=(Type a, Type b) { return a.value != b.value; } \
  constexpr bool operator<(Type a, Type b) { return a.value < b.value; }   \
  constexpr bool operator<=(Type a, Type b) { return a.value <= b.value; } \
  constexpr bool operator>(Type a, Type b) { return a.value > b.value; }   \
  constexpr bool operator>=(Type a, Type b) { return a.value >= b.value; } \
  template <typename H>                                                    \
  H AbslHashValue(H h, Type a) {                                           \
    return H::combine(std::move(h), a.value);                              \
  }

CONCORDAT_DEFINE_COMPARISONS(LeafIndex)
CONCORDAT_DEFINE_COMPARISONS(TreeSize)
#undef CONCORDAT_DEFINE_COMPARISONS

// Whether a tree of `size` covers the leaf.
constexpr bool Covers(TreeSize size, LeafIndex leaf) { return leaf.value < size.value; }

// The smallest tree that covers the leaf.
constexpr TreeSize SizeThrough(LeafIndex leaf) { return TreeSize{leaf.value + 1}; }

}  // namespace concordat

#endif  // CONCORDAT_BASE_LOG_TYPES_H_
