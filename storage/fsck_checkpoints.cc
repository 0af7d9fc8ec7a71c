#include "storage/fsck_checkpoints.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/fsck_finding.h"
#include "storage/key_schema.h"
#include "tlog/checkpoint.h"

namespace concordat::storage {
namespace {

absl::Status NoSuchKey(std::string_view family, std::string_view key) {
  return Finding(family, StrCat("a record under ", Hex(key)), "none: it is no tree size in turn");
}

}  // namespace

absl::Status CheckpointCheck::AtSize() {
  const TreeSize size = tree_.size();
  const std::string key = CheckpointKey(size);
  CONCORDAT_ASSIGN_OR_RETURN(const Row* checkpoint, checkpoints_.Peek());
  if (checkpoint != nullptr && checkpoint->key < key) {
    return NoSuchKey("checkpoints", checkpoint->key);
  }
  if (checkpoint != nullptr && checkpoint->key == key) {
    CONCORDAT_RETURN_IF_ERROR(keys_.CheckCheckpoint(size, tree_.Root(), checkpoint->value));
    last_ = size;
    ++checkpoints_seen_;
    checkpoints_.Next();
  }
  if (size.value == 0 || keys_.ChangedAt(size)) CONCORDAT_RETURN_IF_ERROR(CheckEndedAt(size));
  CONCORDAT_ASSIGN_OR_RETURN(const Row* cosigned, cosigned_.Peek());
  if (cosigned != nullptr && cosigned->key < key) return NoSuchKey("cosigned", cosigned->key);
  if (cosigned == nullptr || cosigned->key != key) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(CheckEndedAt(size));
  CONCORDAT_RETURN_IF_ERROR(keys_.CheckCosigned(size, tree_.Root(), cosigned->value, policy_));
  ++cosigned_seen_;
  cosigned_.Next();
  return absl::OkStatus();
}

absl::Status CheckpointCheck::CheckEndedAt(TreeSize size) const {
  if (last_ == size) return absl::OkStatus();
  return Finding(StrCat("checkpoint of size ", size.value), "none",
                 "the one from the end of its batch");
}

absl::Status CheckpointCheck::CheckBatch(const v1::LogEntry& entry) {
  const google::protobuf::Timestamp& time = entry.recorded_at();
  const bool begins = batch_time_.has_value() && (batch_time_->seconds() != time.seconds() ||
                                                  batch_time_->nanos() != time.nanos());
  batch_time_ = time;
  return begins ? CheckEndedAt(TreeSize{entry.index()}) : absl::OkStatus();
}

absl::Status CheckpointCheck::Finish() {
  CONCORDAT_ASSIGN_OR_RETURN(const Row* checkpoint, checkpoints_.Peek());
  if (checkpoint != nullptr) return LeftOver(checkpoint->key, checkpoint->value);
  CONCORDAT_RETURN_IF_ERROR(CheckEndedAt(tree_.size()));
  CONCORDAT_ASSIGN_OR_RETURN(const Row* cosigned, cosigned_.Peek());
  if (cosigned != nullptr) return NoSuchKey("cosigned", cosigned->key);
  return keys_.Finish();
}

// Beyond the last entry. If it is signed for that size, entries are missing; otherwise it stands
// under a wrong key.
absl::Status CheckpointCheck::LeftOver(std::string_view key, std::string_view note) const {
  const absl::StatusOr<uint64_t> size = DecodeUint64(key);
  if (!size.ok()) return NoSuchKey("checkpoints", key);
  const std::vector<crypto::NoteVerifier> trusted = keys_.Trusted();
  const absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::OpenCheckpoint(note, trusted);
  if (checkpoint.ok() && checkpoint->size.value == *size) {
    return Finding(StrCat("entry ", tree_.size().value), "none",
                   StrCat("it stored: a checkpoint of size ", *size, " was signed"));
  }
  return Finding(StrCat("checkpoint of size ", *size), "one that is not signed for that size",
                 StrCat("none beyond the ", tree_.size().value, " entries"));
}

}  // namespace concordat::storage
