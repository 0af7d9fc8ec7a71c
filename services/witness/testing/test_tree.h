// The tree of a small log that may be forked, computed the slow way.
#ifndef CONCORDAT_SERVICES_WITNESS_TESTING_TEST_TREE_H_
#define CONCORDAT_SERVICES_WITNESS_TESTING_TEST_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"
#include "tlog/witness_request.h"

namespace concordat::services::testing {

// From leaf `forked_at` on, the leaves are others than those of a TestTree without a fork.
struct TestTree {
  uint64_t forked_at = ~uint64_t{0};
  std::string fork = "'";

  crypto::Digest Range(uint64_t begin, uint64_t end) const {
    tlog::CompactRange range;
    for (uint64_t i = begin; i < end; ++i) {
      range.Append(tlog::LeafHash(StrCat("entry ", i, i < forked_at ? "" : fork)));
    }
    return range.Root();
  }
  crypto::Digest Root(uint64_t size) const { return Range(0, size); }
  std::vector<crypto::Digest> Proof(uint64_t old_size, uint64_t size) const {
    std::vector<crypto::Digest> proof;
    for (const tlog::SubtreeRange& range :
         tlog::ConsistencyPath(TreeSize{old_size}, TreeSize{size})) {
      proof.push_back(Range(range.begin, range.end));
    }
    return proof;
  }
  std::string NoteOf(const crypto::NoteSigner& log, uint64_t size) const {
    return *log.Sign(tlog::CheckpointText(log.name(), TreeSize{size}, Root(size)));
  }
  // What a witness is sent.
  std::string Body(const crypto::NoteSigner& log, uint64_t old_size, uint64_t size) const {
    return *tlog::FormatWitnessRequest(
        {TreeSize{old_size}, Proof(old_size, size), NoteOf(log, size)});
  }
};

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_WITNESS_TESTING_TEST_TREE_H_
