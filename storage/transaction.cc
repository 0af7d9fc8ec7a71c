#include "storage/transaction.h"

#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "rocksdb/comparator.h"
#include "rocksdb/utilities/write_batch_with_index.h"
#include "storage/database.h"
#include "tlog/merkle.h"

namespace concordat::storage {
namespace {

bool BelongsToTheLog(Family family) {
  return family == Family::kLog || family == Family::kTiles || family == Family::kCheckpoints ||
         family == Family::kMeta;
}

}  // namespace

// The batch and the files that it is read through and written to.
struct Transaction::Batch {
  explicit Batch(std::shared_ptr<const OpenDatabase> open_files)
      : open(std::move(open_files)),
        writes(rocksdb::BytewiseComparator(), /*reserved_bytes=*/0, /*overwrite_key=*/true) {}

  size_t bytes() { return writes.GetWriteBatch()->GetDataSize(); }

  std::shared_ptr<const OpenDatabase> open;
  rocksdb::WriteBatchWithIndex writes;
};

absl::StatusOr<std::unique_ptr<Transaction>> Transaction::Start(const Database& database,
                                                                TreeSize size, absl::Time now,
                                                                const Fold& fold) {
  CONCORDAT_ASSIGN_OR_RETURN(std::shared_ptr<const OpenDatabase> open, database.Acquire());
  return std::unique_ptr<Transaction>(
      new Transaction(std::make_unique<Batch>(std::move(open)), size, now, fold));
}

Transaction::Transaction(std::unique_ptr<Batch> batch, TreeSize size, absl::Time now,
                         const Fold& fold)
    : size_before_(size), now_(now), fold_(fold), batch_(std::move(batch)) {}

Transaction::~Transaction() = default;

void Transaction::Begin() {
  status_ = absl::OkStatus();
  leaves_at_savepoint_ = leaf_hashes_.size();
  bytes_at_savepoint_ = batch_->bytes();
  batch_->writes.SetSavePoint();
}

void Transaction::Keep() { CONCORDAT_CHECK(batch_->writes.PopSavePoint().ok()); }

void Transaction::Undo() {
  // A rollback indexes the whole batch anew; most refused operations have written nothing.
  const bool wrote = batch_->bytes() != bytes_at_savepoint_;
  CONCORDAT_CHECK(
      (wrote ? batch_->writes.RollbackToSavePoint() : batch_->writes.PopSavePoint()).ok());
  leaf_hashes_.resize(leaves_at_savepoint_);
}

void Transaction::Put(Family family, std::string_view key, std::string_view value) {
  if (!MayWrite(family)) {
    Fail(absl::InternalError(
        "transaction: got a write to a family of the log or its fold, want AppendEntry"));
  } else if (value.size() > kStoredValueBytesMax) {
    Fail(absl::InvalidArgumentError(
        StrCat("stored value: got ", value.size(), " bytes, want at most ", kStoredValueBytesMax)));
  } else {
    PutUnchecked(family, key, value);
  }
}

void Transaction::Delete(Family family, std::string_view key) {
  if (!MayWrite(family)) {
    Fail(absl::InternalError(
        "transaction: got a deletion from a family of the log or its fold, want none"));
    return;
  }
  Fail(FromRocksStatus(batch_->writes.Delete(batch_->open->handle(family), ToSlice(key))));
}

LeafIndex Transaction::NextIndex() const {
  return LeafIndex{size_before_.value + leaf_hashes_.size()};
}

LeafIndex Transaction::AppendEntry(v1::LogEntry entry) {
  const LeafIndex index = NextIndex();
  entry.set_index(index.value);
  *entry.mutable_recorded_at() = ToTimestamp(now_);
  const std::string bytes = entry.SerializeAsString();
  if (bytes.size() > kLogEntryBytesMax) {
    Fail(absl::InvalidArgumentError(
        StrCat("log entry: got ", bytes.size(), " bytes, want at most ", kLogEntryBytesMax)));
    return index;
  }
  PutUnchecked(Family::kLog, LogKey(index), bytes);
  leaf_hashes_.push_back(tlog::LeafHash(bytes));
  if (fold_ && status_.ok()) {
    folding_ = true;
    Fail(fold_(*this, entry));
    folding_ = false;
  }
  return index;
}

bool Transaction::MayWrite(Family family) const {
  return !BelongsToTheLog(family) && (!fold_ || folding_ || !IsProjection(family));
}

void Transaction::PutUnchecked(Family family, std::string_view key, std::string_view value) {
  Fail(FromRocksStatus(
      batch_->writes.Put(batch_->open->handle(family), ToSlice(key), ToSlice(value))));
}

void Transaction::Fail(absl::Status status) { status_.Update(std::move(status)); }

bool Transaction::empty() const { return batch_->writes.GetWriteBatch()->Count() == 0; }

size_t Transaction::bytes() const { return batch_->bytes(); }

absl::Status Transaction::Commit(Database& database) {
  return database.Write(batch_->writes.GetWriteBatch());
}

absl::StatusOr<std::string> Transaction::Get(Family family, std::string_view key) const {
  std::string value;
  CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(
      batch_->writes.GetFromBatchAndDB(batch_->open->db(), rocksdb::ReadOptions(),
                                       batch_->open->handle(family), ToSlice(key), &value)));
  return value;
}

absl::Status Transaction::Scan(Family family, std::string_view begin, std::string_view end,
                               Visit visit) const {
  rocksdb::ColumnFamilyHandle* const handle = batch_->open->handle(family);
  // Takes ownership of the iterator below it.
  const std::unique_ptr<rocksdb::Iterator> iterator(batch_->writes.NewIteratorWithBase(
      handle, batch_->open->db()->NewIterator(rocksdb::ReadOptions(), handle)));
  return VisitRange(*iterator, begin, end, visit);
}

}  // namespace concordat::storage
