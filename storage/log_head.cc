#include "storage/log_head.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "rocksdb/write_batch.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

using crypto::Digest;

std::string Base64(const Digest& digest) {
  return absl::Base64Escape(ToAbsl(crypto::AsBytes(digest)));
}

absl::Status WriteIdentity(Database& database, const crypto::NoteSigner& signer) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::string checkpoint,
      signer.Sign(tlog::CheckpointText(signer.name(), TreeSize{0}, tlog::EmptyRoot())));
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, database.Acquire());
  rocksdb::WriteBatch batch;
  const auto put = [&](Family family, std::string_view key, std::string_view value) {
    return FromRocksStatus(batch.Put(open->handle(family), ToSlice(key), ToSlice(value)));
  };
  CONCORDAT_RETURN_IF_ERROR(put(Family::kMeta, kMetaFormat, kFormatVersion));
  CONCORDAT_RETURN_IF_ERROR(put(Family::kMeta, kMetaOrigin, signer.name()));
  CONCORDAT_RETURN_IF_ERROR(put(Family::kMeta, kMetaVerifierKey, signer.verifier().Encode()));
  CONCORDAT_RETURN_IF_ERROR(put(Family::kMeta, kMetaReadings, "1"));
  CONCORDAT_RETURN_IF_ERROR(put(Family::kCheckpoints, CheckpointKey(TreeSize{0}), checkpoint));
  return database.Write(&batch);
}

absl::Status CheckStored(const Database& database, std::string_view name, std::string_view want) {
  const absl::StatusOr<std::string> stored = database.Get(Family::kMeta, name);
  if (absl::IsNotFound(stored.status())) {
    return absl::DataLossError(StrCat("stored ", name, ": got none, want ", want));
  }
  CONCORDAT_RETURN_IF_ERROR(stored.status());
  if (*stored == want) return absl::OkStatus();
  return absl::FailedPreconditionError(StrCat("data directory ", database.data_dir(), ": got the ",
                                              name, " ", *stored, " stored, want ", want));
}

absl::Status CheckNotRebuilding(const Database& database) {
  const absl::Status marker = database.Get(Family::kMeta, kMetaRebuilding).status();
  if (absl::IsNotFound(marker)) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(marker);
  return absl::FailedPreconditionError(
      StrCat("data directory ", database.data_dir(),
             ": got a rebuild that did not end, want `concordat fsck --rebuild` run again"));
}

absl::StatusOr<tlog::Checkpoint> CheckNote(TreeSize size, std::string_view note,
                                           const crypto::NoteVerifier& verifier) {
  const std::string name = StrCat("head checkpoint of size ", size.value);
  const absl::StatusOr<std::string> text = verifier.Verify(note);
  if (!text.ok()) {
    return absl::DataLossError(StrCat(name, ": got a note that the log's key did not sign (",
                                      text.status().message(), ")"));
  }
  absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::ParseCheckpointText(*text);
  if (!checkpoint.ok()) {
    return absl::DataLossError(StrCat(name, ": ", checkpoint.status().message()));
  }
  if (checkpoint->origin != verifier.name()) {
    return absl::DataLossError(
        StrCat(name, ": got the origin ", checkpoint->origin, ", want ", verifier.name()));
  }
  if (checkpoint->size != size) {
    return absl::DataLossError(StrCat(name, ": got the size ", checkpoint->size.value, " signed"));
  }
  return checkpoint;
}

// That the last stored entry is the last leaf, hash for hash.
absl::Status CheckLastEntry(const Database& database, TreeSize size) {
  const absl::StatusOr<std::string> last_key = database.LastKey(Family::kLog);
  if (size.value == 0 && absl::IsNotFound(last_key.status())) return absl::OkStatus();
  if (absl::IsNotFound(last_key.status())) {
    return absl::DataLossError(StrCat("last entry: got none, want index ", size.value - 1));
  }
  CONCORDAT_RETURN_IF_ERROR(last_key.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(*last_key));
  if (last + 1 != size.value) {
    return absl::DataLossError(StrCat("last entry: got index ", last, ", want the tree size ",
                                      size.value, " to end with it"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string entry, ReadLogEntry(database, LeafIndex{last}));
  const tlog::TileSlice slice = tlog::SliceOfNode(0, last);
  CONCORDAT_ASSIGN_OR_RETURN(const std::string tile, ReadStoredTile(database, slice.tile));
  CONCORDAT_ASSIGN_OR_RETURN(const Digest stored,
                             tlog::HashOfSlice(tile, slice.first, slice.count));
  const Digest hashed = tlog::LeafHash(entry);
  if (hashed != stored) {
    return absl::DataLossError(StrCat("entry ", last, ": got bytes of leaf hash ", Base64(hashed),
                                      ", want ", Base64(stored), " as in its tile"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EnsureIdentity(Database& database, const crypto::NoteSigner& signer) {
  const absl::StatusOr<std::string> format = database.Get(Family::kMeta, kMetaFormat);
  if (absl::IsNotFound(format.status()) &&
      absl::IsNotFound(database.LastKey(Family::kCheckpoints).status()) &&
      absl::IsNotFound(database.LastKey(Family::kLog).status())) {
    return WriteIdentity(database, signer);
  }
  CONCORDAT_RETURN_IF_ERROR(CheckStored(database, kMetaFormat, kFormatVersion));
  CONCORDAT_RETURN_IF_ERROR(CheckStored(database, kMetaOrigin, signer.name()));
  CONCORDAT_RETURN_IF_ERROR(CheckStored(database, kMetaVerifierKey, signer.verifier().Encode()));
  return CheckNotRebuilding(database);
}

absl::StatusOr<LogHead> LoadHead(const Database& database, const crypto::NoteVerifier& verifier) {
  const absl::StatusOr<std::string> last_key = database.LastKey(Family::kCheckpoints);
  if (absl::IsNotFound(last_key.status())) {
    return absl::DataLossError("head checkpoint: got none, want one stored");
  }
  CONCORDAT_RETURN_IF_ERROR(last_key.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(*last_key));
  const TreeSize size{last};
  CONCORDAT_ASSIGN_OR_RETURN(std::string note, ReadCheckpoint(database, size));
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, CheckNote(size, note, verifier));
  CONCORDAT_ASSIGN_OR_RETURN(tlog::TileTree tree,
                             tlog::TileTree::Load(size, [&](tlog::TileId tile) {
                               return ReadStoredTile(database, tile);
                             }));
  if (const Digest root = tree.Root(); root != checkpoint.root) {
    return absl::DataLossError(StrCat("head checkpoint of size ", size.value, ": got the root ",
                                      Base64(checkpoint.root), " signed, want ", Base64(root),
                                      ", which the stored tiles give"));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckLastEntry(database, size));
  return LogHead{std::move(tree), std::move(note)};
}

}  // namespace concordat::storage
