// The stored checkpoints, walked beside the entries: each is signed, and of the tree as the entries
// give it. Internal to storage/; not thread-safe.
#ifndef CONCORDAT_STORAGE_FSCK_CHECKPOINTS_H_
#define CONCORDAT_STORAGE_FSCK_CHECKPOINTS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/family_cursor.h"
#include "storage/fsck_key_chain.h"
#include "storage/fsck_tree.h"
#include "storage/reader.h"
#include "tlog/policy.h"

namespace concordat::storage {

// Errors are DATA_LOSS findings, or those of reading.
class CheckpointCheck {
 public:
  // All outlive it; `policy` may be null.
  CheckpointCheck(const Reader& reader, KeyChain& keys, const TreeCheck& tree,
                  const tlog::Policy* policy)
      : keys_(keys),
        tree_(tree),
        policy_(policy),
        checkpoints_(reader, Family::kCheckpoints),
        cosigned_(reader, Family::kCosigned) {}

  // To be called for the empty tree and after each entry.
  absl::Status AtSize();

  // Before AtSize, of each entry: one of another time than the last begins a batch, so the one
  // before ended there with its checkpoint. (Of batches within one microsecond this can't be told.)
  absl::Status CheckBatch(const v1::LogEntry& entry);

  // The head has its checkpoint, and there is none of a larger tree.
  absl::Status Finish();

  uint64_t checkpoints() const { return checkpoints_seen_; }
  uint64_t cosigned() const { return cosigned_seen_; }

 private:
  absl::Status CheckEndedAt(TreeSize size) const;
  absl::Status LeftOver(std::string_view key, std::string_view note) const;

  KeyChain& keys_;
  const TreeCheck& tree_;
  const tlog::Policy* const policy_;
  FamilyCursor checkpoints_;
  FamilyCursor cosigned_;
  std::optional<TreeSize> last_;  // Of the checkpoints seen.
  std::optional<google::protobuf::Timestamp> batch_time_;
  uint64_t checkpoints_seen_ = 0;
  uint64_t cosigned_seen_ = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_CHECKPOINTS_H_
