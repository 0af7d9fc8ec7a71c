#include "storage/reading_backfill.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/log_types.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "rocksdb/write_batch.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "storage/reading_store.h"
#include "storage/writer.h"

namespace concordat::storage {
namespace {

// Readings are put and never read.
class BatchWriter final : public Writer {
 public:
  explicit BatchWriter(Database& database) : database_(database) {}

  absl::Status Open() {
    CONCORDAT_ASSIGN_OR_RETURN(open_, database_.Acquire());
    return absl::OkStatus();
  }

  void Put(Family family, std::string_view key, std::string_view value) override {
    status_.Update(
        FromRocksStatus(batch_.Put(open_->handle(family), ToSlice(key), ToSlice(value))));
  }
  void Delete(Family, std::string_view) override {
    status_.Update(absl::InternalError("readings: got a deletion, want none"));
  }
  absl::StatusOr<std::string> Get(Family, std::string_view) const override {
    return absl::InternalError("readings: got a read, want none");
  }
  absl::Status Scan(Family, std::string_view, std::string_view, Visit) const override {
    return absl::InternalError("readings: got a read, want none");
  }

  absl::Status WriteWhenFull() {
    CONCORDAT_RETURN_IF_ERROR(status_);
    return batch_.GetDataSize() < kLogBatchBytesMax ? absl::OkStatus() : Write();
  }
  absl::Status Write() {
    CONCORDAT_RETURN_IF_ERROR(status_);
    CONCORDAT_RETURN_IF_ERROR(database_.Write(&batch_));
    batch_.Clear();
    return absl::OkStatus();
  }

 private:
  Database& database_;
  std::shared_ptr<const OpenDatabase> open_;
  rocksdb::WriteBatch batch_;
  absl::Status status_;
};

}  // namespace

absl::Status BackfillReadings(Database& database) {
  const absl::Status done = database.Get(Family::kMeta, kMetaReadings).status();
  if (!absl::IsNotFound(done)) return done;
  BatchWriter writer(database);
  CONCORDAT_RETURN_IF_ERROR(writer.Open());
  const absl::StatusOr<std::string> last_key = database.LastKey(Family::kLog);
  if (last_key.ok()) {
    CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(*last_key));
    absl::Status status;
    CONCORDAT_RETURN_IF_ERROR(ScanLogEntries(
        database, LeafIndex{0}, LeafIndex{last + 1}, [&](LeafIndex index, std::string_view stored) {
          v1::LogEntry entry;
          if (!entry.ParseFromArray(stored.data(), static_cast<int>(stored.size())) ||
              entry.index() != index.value) {
            status = absl::DataLossError(
                StrCat("entry ", index.value, ": got other bytes, want an entry with its index"));
            return false;
          }
          ProjectReadings(writer, entry);
          status = writer.WriteWhenFull();
          return status.ok();
        }));
    CONCORDAT_RETURN_IF_ERROR(status);
  } else if (!absl::IsNotFound(last_key.status())) {
    return last_key.status();
  }
  writer.Put(Family::kMeta, kMetaReadings, "1");
  return writer.Write();
}

}  // namespace concordat::storage
