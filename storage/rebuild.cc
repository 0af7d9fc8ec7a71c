#include "storage/rebuild.h"

#include <memory>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"
#include "base/log_types.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "rocksdb/write_batch.h"
#include "storage/database.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "storage/refold.h"

namespace concordat::storage {
namespace {

constexpr uint64_t kProgressEntries = 100'000;

absl::Status FoldAll(const Database& database, const RebuildOptions& options, Refold& refold) {
  const absl::StatusOr<std::string> last_key = database.LastKey(Family::kLog);
  if (absl::IsNotFound(last_key.status())) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(last_key.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(*last_key));
  v1::LogEntry entry;
  absl::Status status;
  CONCORDAT_RETURN_IF_ERROR(ScanLogEntries(
      database, LeafIndex{0}, LeafIndex{last + 1}, [&](LeafIndex index, std::string_view stored) {
        const bool parsed = entry.ParseFromArray(stored.data(), static_cast<int>(stored.size()));
        if (!parsed || entry.index() != index.value) {
          status = absl::DataLossError(
              StrCat("entry ", index.value, ": got other bytes, want an entry with its index"));
          return false;
        }
        status = refold.Add(entry);
        if (options.progress && (index.value + 1) % kProgressEntries == 0) {
          options.progress(index.value + 1);
        }
        return status.ok();
      }));
  return status;
}

class ProjectionWriter {
 public:
  explicit ProjectionWriter(Database& database) : database_(database) {}

  // One write: from here until Finish the directory opens for nobody.
  absl::Status DropAll() {
    CONCORDAT_ASSIGN_OR_RETURN(open_, database_.Acquire());
    CONCORDAT_RETURN_IF_ERROR(Put(Family::kMeta, kMetaRebuilding, ""));
    for (const Family family : kProjections) {
      const absl::StatusOr<std::string> last = database_.LastKey(family);
      if (absl::IsNotFound(last.status())) continue;
      CONCORDAT_RETURN_IF_ERROR(last.status());
      // The end is not dropped with it: the least key above the last.
      CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(
          batch_.DeleteRange(open_->handle(family), ToSlice(""), ToSlice(*last + '\0'))));
    }
    return Write();
  }

  absl::Status Add(Family family, std::string_view key, std::string_view value) {
    ++records_;
    CONCORDAT_RETURN_IF_ERROR(Put(family, key, value));
    return batch_.GetDataSize() < kLogBatchBytesMax ? absl::OkStatus() : Write();
  }

  absl::Status Finish() {
    CONCORDAT_RETURN_IF_ERROR(
        FromRocksStatus(batch_.Delete(open_->handle(Family::kMeta), ToSlice(kMetaRebuilding))));
    CONCORDAT_RETURN_IF_ERROR(Put(Family::kMeta, kMetaReadings, "1"));
    return Write();
  }

  uint64_t records() const { return records_; }

 private:
  absl::Status Put(Family family, std::string_view key, std::string_view value) {
    return FromRocksStatus(batch_.Put(open_->handle(family), ToSlice(key), ToSlice(value)));
  }

  absl::Status Write() {
    CONCORDAT_RETURN_IF_ERROR(database_.Write(&batch_));
    batch_.Clear();
    return absl::OkStatus();
  }

  Database& database_;
  std::shared_ptr<const OpenDatabase> open_;
  rocksdb::WriteBatch batch_;
  uint64_t records_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> RebuildProjections(const RebuildOptions& options) {
  CONCORDAT_CHECK(options.vault != nullptr);
  // Opening for writing would make a log where there is none.
  CONCORDAT_RETURN_IF_ERROR(Database::OpenReadOnly(options.data_dir, options.env).status());
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                             Database::Open(options.data_dir, options.env));
  Refold refold(options.vault, database.get());
  CONCORDAT_RETURN_IF_ERROR(FoldAll(*database, options, refold));

  ProjectionWriter writer(*database);
  CONCORDAT_RETURN_IF_ERROR(writer.DropAll());
  for (const Family family : kProjections) {
    absl::Status status;
    CONCORDAT_RETURN_IF_ERROR(
        refold.store().Scan(family, "", "", [&](std::string_view key, std::string_view value) {
          status = writer.Add(family, key, value);
          return status.ok();
        }));
    CONCORDAT_RETURN_IF_ERROR(status);
  }
  CONCORDAT_RETURN_IF_ERROR(writer.Finish());
  return writer.records();
}

}  // namespace concordat::storage
