// The keys that a log signed with, one after the other, and whether they signed what is stored.
// Internal to storage/; not thread-safe.
#ifndef CONCORDAT_STORAGE_FSCK_KEY_CHAIN_H_
#define CONCORDAT_STORAGE_FSCK_KEY_CHAIN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tlog/policy.h"

namespace concordat::storage {

// Starts with whichever known key signed the checkpoint of the empty log, and goes on with those
// that LOG_KEY_CHANGE entries hand over to: each is signed for by the one before it. All errors are
// DATA_LOSS, naming the checkpoint, entry or key.
class KeyChain {
 public:
  explicit KeyChain(absl::Span<const crypto::NoteVerifier> known)
      : known_(known.begin(), known.end()) {}

  // The entry at `index` changes the key: from the one in force, to another of the same log.
  absl::Status Change(LeafIndex index, const v1::LogEntry::LogKeyChanged& change);

  // The stored checkpoint of this size: signed by the key in force and nobody else, or right after
  // a change by the old and the new one, and of exactly this size and root. Sizes ascend, from 0.
  absl::Status CheckCheckpoint(TreeSize size, const crypto::Digest& root, std::string_view note);

  // The same text and signatures in a note that witnesses cosigned. With `policy` (null: none)
  // their quorum is met and each line of a witness of it verifies.
  absl::Status CheckCosigned(TreeSize size, const crypto::Digest& root, std::string_view note,
                             const tlog::Policy* policy) const;

  // Each known key was in force at some time: a log that never had one is not the log it belongs
  // to.
  absl::Status Finish() const;

  // Whether the key in force changed in the entry just before this size.
  bool ChangedAt(TreeSize size) const { return changes_ > 0 && size == changed_at_; }
  // Known keys and those handed over to so far.
  std::vector<crypto::NoteVerifier> Trusted() const;
  // In order; empty before the first checkpoint.
  const std::vector<crypto::NoteVerifier>& keys() const { return keys_; }
  bool IsKnown(const crypto::NoteVerifier& key) const;

 private:
  absl::Status CheckText(std::string_view place, TreeSize size, const crypto::Digest& root,
                         const std::string& text) const;
  absl::StatusOr<std::string> VerifiedText(std::string_view place, TreeSize size,
                                           std::string_view note) const;
  size_t SignersWanted(TreeSize size) const { return ChangedAt(size) ? 2 : 1; }

  const std::vector<crypto::NoteVerifier> known_;
  std::vector<crypto::NoteVerifier> keys_;
  size_t changes_ = 0;
  TreeSize changed_at_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_KEY_CHAIN_H_
