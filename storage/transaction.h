// The writes of one operation inside a batch. Given to an AuditLog::Apply on the writer thread and
// valid only there.
//
// It sees its own uncommitted writes and those of the operations before it in the batch. Nothing is
// durable, or visible to any other reader, before the whole batch is; if the Apply returns an
// error, its writes alone are undone.
#ifndef CONCORDAT_STORAGE_TRANSACTION_H_
#define CONCORDAT_STORAGE_TRANSACTION_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "storage/writer.h"

namespace concordat::storage {

class Database;
class CommitWriter;

class Transaction : public Writer {
 public:
  ~Transaction() override;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // An empty value is a value. The families of the log itself (kLog, kTiles, kCheckpoints, kMeta)
  // are refused, and so is a value over kStoredValueBytesMax: the operation then fails as status()
  // says, whatever its Apply returns.
  // With a fold, the projections are the fold's alone to write, in AppendEntry.
  void Put(Family family, std::string_view key, std::string_view value) override;
  void Delete(Family family, std::string_view key) override;

  // The index that the next AppendEntry gets: dense, from 0, across the batch.
  LeafIndex NextIndex() const;

  // Sets index and recorded_at, serialises once, makes those bytes the leaf, and folds it into the
  // derived state. Over kLogEntryBytesMax the operation fails with INVALID_ARGUMENT, and where the
  // fold fails with its error: see status().
  LeafIndex AppendEntry(v1::LogEntry entry);

  // The ledger's time, one for the whole batch.
  absl::Time now() const { return now_; }

  // The first error of a write of this operation; the operation fails with it.
  const absl::Status& status() const { return status_; }

  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override;

 private:
  friend class CommitWriter;
  struct Batch;

  // UNAVAILABLE while the database's files are closed.
  static absl::StatusOr<std::unique_ptr<Transaction>> Start(const Database& database, TreeSize size,
                                                            absl::Time now, const Fold& fold);
  Transaction(std::unique_ptr<Batch> batch, TreeSize size, absl::Time now, const Fold& fold);

  // Before each operation; exactly one of Keep and Undo after it.
  void Begin();
  void Keep();
  void Undo();

  bool MayWrite(Family family) const;
  void PutUnchecked(Family family, std::string_view key, std::string_view value);
  void Fail(absl::Status status);
  bool empty() const;
  size_t bytes() const;
  absl::Status Commit(Database& database);

  const TreeSize size_before_;
  const absl::Time now_;
  const Fold& fold_;  // Empty: none.
  bool folding_ = false;
  const std::unique_ptr<Batch> batch_;
  absl::Status status_;
  std::vector<crypto::Digest> leaf_hashes_;  // Of the whole batch so far.
  size_t leaves_at_savepoint_ = 0;
  size_t bytes_at_savepoint_ = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TRANSACTION_H_
