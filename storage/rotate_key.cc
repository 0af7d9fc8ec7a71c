#include "storage/rotate_key.h"

#include <memory>
#include <string_view>

#include "base/check.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/timestamps.h"
#include "rocksdb/write_batch.h"
#include "storage/database.h"
#include "storage/key_schema.h"
#include "storage/log_head.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

absl::Status CheckKeys(const crypto::NoteSigner& old_signer, const crypto::NoteSigner& new_signer) {
  if (new_signer.name() != old_signer.name()) {
    return FieldError("new signing key", new_signer.name(),
                      "a key of the same log: its name is the origin");
  }
  if (new_signer.verifier().key().bytes() == old_signer.verifier().key().bytes()) {
    return FieldError("new signing key", "the old one", "another");
  }
  return absl::OkStatus();
}

v1::LogEntry EntryOf(const KeyRotation& rotation, LeafIndex index) {
  v1::LogEntry entry;
  entry.set_index(index.value);
  *entry.mutable_recorded_at() = ToTimestamp(rotation.clock->Now());
  entry.set_operation(v1::LOG_KEY_CHANGE);
  *entry.mutable_actor() = rotation.actor;
  v1::LogEntry::LogKeyChanged& change = *entry.mutable_log_key_changed();
  change.set_old_verifier_key(rotation.old_signer->verifier().Encode());
  change.set_new_verifier_key(rotation.new_signer->verifier().Encode());
  return entry;
}

}  // namespace

absl::StatusOr<Committed> RotateKey(const KeyRotation& rotation) {
  CONCORDAT_CHECK(rotation.clock != nullptr);
  CONCORDAT_RETURN_IF_ERROR(CheckKeys(*rotation.old_signer, *rotation.new_signer));
  // Opening for writing would make a log where there is none.
  CONCORDAT_RETURN_IF_ERROR(Database::OpenReadOnly(rotation.data_dir, rotation.env).status());
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                             Database::Open(rotation.data_dir, rotation.env));
  CONCORDAT_RETURN_IF_ERROR(EnsureIdentity(*database, *rotation.old_signer));
  CONCORDAT_ASSIGN_OR_RETURN(LogHead head, LoadHead(*database, rotation.old_signer->verifier()));

  const LeafIndex index{head.tree.size().value};
  const std::string stored = EntryOf(rotation, index).SerializeAsString();
  head.tree.Append(tlog::LeafHash(stored));
  const TreeSize size = head.tree.size();
  CONCORDAT_ASSIGN_OR_RETURN(
      head.checkpoint,
      crypto::SignNote(tlog::CheckpointText(rotation.old_signer->name(), size, head.tree.Root()),
                       {rotation.old_signer, rotation.new_signer}));

  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, database->Acquire());
  rocksdb::WriteBatch batch;
  const auto put = [&](Family family, std::string_view key, std::string_view value) {
    return FromRocksStatus(batch.Put(open->handle(family), ToSlice(key), ToSlice(value)));
  };
  CONCORDAT_RETURN_IF_ERROR(put(Family::kLog, LogKey(index), stored));
  for (const auto& [tile, bytes] : head.tree.TakeChangedTiles()) {
    CONCORDAT_RETURN_IF_ERROR(put(Family::kTiles, TileKey(tile), bytes));
  }
  CONCORDAT_RETURN_IF_ERROR(put(Family::kCheckpoints, CheckpointKey(size), head.checkpoint));
  CONCORDAT_RETURN_IF_ERROR(
      put(Family::kMeta, kMetaVerifierKey, rotation.new_signer->verifier().Encode()));
  CONCORDAT_RETURN_IF_ERROR(database->Write(&batch));
  return Committed{index, size, head.checkpoint};
}

}  // namespace concordat::storage
