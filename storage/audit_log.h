// The append-only log on disk, its tree, and everything derived that must change with it in one
// step. One per shard.
//
// A single writer thread takes all waiting operations as one batch: applies each, hashes its
// entries, extends the tree, signs a checkpoint and writes ONE synced write batch; only then are
// they answered. So an answered operation survives kill -9 and power loss with its entries, sealed
// bodies, indexes, tiles and checkpoint, and an unanswered one is there wholly or not at all. No
// two checkpoints of the same size ever differ. All methods are thread-safe.
#ifndef CONCORDAT_STORAGE_AUDIT_LOG_H_
#define CONCORDAT_STORAGE_AUDIT_LOG_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "storage/operation.h"
#include "storage/reader.h"
#include "storage/rescan.h"
#include "storage/writer.h"
#include "tlog/tiles.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

class CommitWriter;
class Database;

class AuditLog {
 public:
  struct Options {
    std::string data_dir;       // Created if missing (its parent must exist).
    crypto::NoteSigner signer;  // Its name is the log's origin.
    const Clock* clock = nullptr;
    rocksdb::Env* env = nullptr;  // For tests; not owned. The operating system's when null.
    Fold fold = nullptr;          // Derives state from each entry; none when empty.
  };

  using Committed = storage::Committed;
  using Apply = storage::Apply;
  using Done = storage::Done;

  // Reads O(log n) tiles, whatever the log's length. FAILED_PRECONDITION: the directory is open
  // elsewhere, its log has another origin or key, or a rebuild of it did not end. DATA_LOSS: the
  // head checkpoint is not signed by the signer or is not of the stored tree; the message names
  // what differs.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(Options options);

  // Answers what was submitted, then closes.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Done gets RESOURCE_EXHAUSTED when kLogQueueMax operations wait, UNAVAILABLE when closing or
  // when storage fails (the outcome is then unknown until it recovers: retry), RESOURCE_EXHAUSTED
  // "log storage: got no space left..." when the disk is full. An operation that writes nothing is
  // answered with the head of its batch and costs no sync.
  void Submit(Apply apply, Done done);

  // The last durable state. An empty log has a checkpoint, too: of size 0.
  Committed Head() const;

  // OUT_OF_RANGE at or beyond the head's size.
  absl::StatusOr<std::string> ReadEntry(LeafIndex index) const;
  // Stored bytes of [first, end), in order, until `visit` returns false.
  absl::Status ScanEntries(LeafIndex first, LeafIndex end,
                           absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) const;
  // For any index < size <= head, and old_size <= new_size <= head; otherwise OUT_OF_RANGE.
  absl::StatusOr<std::vector<crypto::Digest>> InclusionProof(LeafIndex index, TreeSize size) const;
  absl::StatusOr<std::vector<crypto::Digest>> ConsistencyProof(TreeSize old_size,
                                                               TreeSize new_size) const;
  // The first `width` hashes of a tile; OUT_OF_RANGE when the tree at the head has fewer there.
  absl::StatusOr<std::string> ReadTile(tlog::TileId tile, uint32_t width) const;
  // RFC 6962 root of the first `size` entries; OUT_OF_RANGE beyond the head.
  absl::StatusOr<crypto::Digest> RootAt(TreeSize size) const;
  // The note that was signed when a batch ended at this size, byte for byte; NOT_FOUND when none
  // did.
  absl::StatusOr<std::string> CheckpointAt(TreeSize size) const;
  // The newest checkpoint that is kept with witnesses' cosignatures; NOT_FOUND when there is none.
  absl::StatusOr<std::string> ReadPublished() const;
  // The size at the end of the batch that holds the entry: where a receipt's checkpoint and proof
  // stand.
  absl::StatusOr<TreeSize> BatchEnd(LeafIndex index) const;

  // The state at the head: all that was committed with the first `size` entries and nothing later,
  // also while later batches commit. Answers UNAVAILABLE once storage had to recover: take another.
  // Must not outlive the log.
  struct View {
    TreeSize size;
    std::shared_ptr<const Reader> reader;
  };
  View ViewOfHead() const;
  // The same of what is committed now: for a moment that may be one batch more than Head() covers.
  std::unique_ptr<Reader> Snapshot() const;

  // Makes what was deleted before gone from the data directory's files, then searches them all for
  // `sought`: see purge.h and rescan.h, also for the errors. What may stand in the log's entries is
  // not told of the files that hold these. Takes as long as reading and writing the sealed bodies
  // does: not for the writer's thread, on which it would wait for itself.
  absl::StatusOr<RescanResult> PurgeAndRescan(const std::vector<Sought>& sought,
                                              const std::vector<SoughtDigest>& digests);

  // OK, or why writes fail at present. While bad, the writer tries by itself again every
  // kStorageRetryMilliseconds.
  absl::Status health() const;
  // Called with each change of health, on the writer thread; at most one listener, replaced by the
  // next.
  void SetHealthListener(std::function<void(absl::Status)> listener);

 private:
  AuditLog(std::unique_ptr<Database> database, std::unique_ptr<CommitWriter> writer);

  std::unique_ptr<Database> database_;
  std::unique_ptr<CommitWriter> writer_;  // Before database_ in destruction: it drains into it.
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_AUDIT_LOG_H_
