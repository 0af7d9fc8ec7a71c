#include "storage/log_view.h"

#include <cstdint>
#include <utility>

#include "base/status_macros.h"
#include "storage/database.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"

namespace concordat::storage {
namespace {

// A running log may replace the files that an opening has just read the names of.
constexpr int kOpenAttempts = 3;

}  // namespace

LogView::LogView(std::unique_ptr<Database> database) : database_(std::move(database)) {}

LogView::~LogView() = default;

absl::StatusOr<std::unique_ptr<LogView>> LogView::Open(const std::string& data_dir,
                                                       rocksdb::Env* env) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::OpenReadOnly(data_dir, env);
  for (int attempt = 1; attempt < kOpenAttempts && !database.ok(); ++attempt) {
    database = Database::OpenReadOnly(data_dir, env);
  }
  CONCORDAT_RETURN_IF_ERROR(database.status());
  return std::unique_ptr<LogView>(new LogView(*std::move(database)));
}

absl::StatusOr<LogView::Head> LogView::ReadHead() const {
  const absl::StatusOr<std::string> last_key = database_->LastKey(Family::kCheckpoints);
  if (absl::IsNotFound(last_key.status())) {
    return absl::DataLossError("head checkpoint: got none, want one stored");
  }
  CONCORDAT_RETURN_IF_ERROR(last_key.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t size, DecodeUint64(*last_key));
  CONCORDAT_ASSIGN_OR_RETURN(std::string checkpoint, CheckpointAt(TreeSize{size}));
  return Head{TreeSize{size}, std::move(checkpoint)};
}

absl::StatusOr<std::string> LogView::ReadEntry(LeafIndex index) const {
  return ReadLogEntry(*database_, index);
}

absl::Status LogView::ScanEntries(
    LeafIndex first, LeafIndex end,
    absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) const {
  return ScanLogEntries(*database_, first, end, visit);
}

absl::StatusOr<std::string> LogView::CheckpointAt(TreeSize size) const {
  return ReadCheckpoint(*database_, size);
}

absl::Status LogView::ScanCheckpoints(
    absl::FunctionRef<bool(TreeSize, std::string_view)> visit) const {
  return ScanStoredCheckpoints(*database_, TreeSize{0}, visit);
}

absl::StatusOr<std::string> LogView::ReadPublished() const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string last_key, database_->LastKey(Family::kCosigned));
  return database_->Get(Family::kCosigned, last_key);
}

absl::StatusOr<std::string> LogView::ReadTile(tlog::TileId tile) const {
  return ReadStoredTile(*database_, tile);
}

const Reader& LogView::reader() const { return *database_; }

}  // namespace concordat::storage
