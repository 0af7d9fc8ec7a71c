#include "storage/audit_log.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/commit_writer.h"
#include "storage/database.h"
#include "storage/log_head.h"
#include "storage/log_reads.h"
#include "storage/purge.h"
#include "storage/reading_backfill.h"
#include "tlog/tile_tree.h"

namespace concordat::storage {
namespace {

absl::Status CheckWithin(std::string_view name, uint64_t got, TreeSize head) {
  if (got <= head.value) return absl::OkStatus();
  return absl::OutOfRangeError(
      StrCat(name, ": got ", got, ", want at most the log's size ", head.value));
}

absl::Status CheckCovered(LeafIndex index, TreeSize head) {
  if (Covers(head, index)) return absl::OkStatus();
  return absl::OutOfRangeError(
      StrCat("leaf index: got ", index.value, ", want below the log's size ", head.value));
}

}  // namespace

AuditLog::AuditLog(std::unique_ptr<Database> database, std::unique_ptr<CommitWriter> writer)
    : database_(std::move(database)), writer_(std::move(writer)) {}

AuditLog::~AuditLog() = default;

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(Options options) {
  CONCORDAT_CHECK(options.clock != nullptr);
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                             Database::Open(options.data_dir, options.env));
  CONCORDAT_RETURN_IF_ERROR(EnsureIdentity(*database, options.signer));
  CONCORDAT_ASSIGN_OR_RETURN(LogHead head, LoadHead(*database, options.signer.verifier()));
  if (options.fold) CONCORDAT_RETURN_IF_ERROR(BackfillReadings(*database));
  auto writer = std::make_unique<CommitWriter>(*database, std::move(options.signer), *options.clock,
                                               std::move(options.fold), std::move(head));
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(database), std::move(writer)));
}

void AuditLog::Submit(Apply apply, Done done) {
  writer_->Submit({std::move(apply), std::move(done)});
}

Committed AuditLog::Head() const { return writer_->Head(); }

absl::StatusOr<std::string> AuditLog::ReadEntry(LeafIndex index) const {
  CONCORDAT_RETURN_IF_ERROR(CheckCovered(index, Head().tree_size));
  return ReadLogEntry(*database_, index);
}

absl::Status AuditLog::ScanEntries(
    LeafIndex first, LeafIndex end,
    absl::FunctionRef<bool(LeafIndex, std::string_view)> visit) const {
  CONCORDAT_RETURN_IF_ERROR(CheckWithin("end index", end.value, Head().tree_size));
  return ScanLogEntries(*database_, first, end, visit);
}

absl::StatusOr<std::vector<crypto::Digest>> AuditLog::InclusionProof(LeafIndex index,
                                                                     TreeSize size) const {
  CONCORDAT_RETURN_IF_ERROR(CheckWithin("tree size", size.value, Head().tree_size));
  return tlog::InclusionProof(
      index, size, [this](tlog::TileId tile) { return ReadStoredTile(*database_, tile); });
}

absl::StatusOr<std::vector<crypto::Digest>> AuditLog::ConsistencyProof(TreeSize old_size,
                                                                       TreeSize new_size) const {
  CONCORDAT_RETURN_IF_ERROR(CheckWithin("new tree size", new_size.value, Head().tree_size));
  return tlog::ConsistencyProof(
      old_size, new_size, [this](tlog::TileId tile) { return ReadStoredTile(*database_, tile); });
}

absl::StatusOr<std::string> AuditLog::ReadTile(tlog::TileId tile, uint32_t width) const {
  CONCORDAT_RETURN_IF_ERROR(
      CheckWithin("tile width", width, TreeSize{tlog::TileWidthAt(tile, Head().tree_size)}));
  CONCORDAT_ASSIGN_OR_RETURN(std::string hashes, ReadStoredTile(*database_, tile));
  if (hashes.size() < width * tlog::kHashBytes) {
    return absl::DataLossError(StrCat("tile level ", tile.level, " index ", tile.index, ": got ",
                                      hashes.size(), " bytes, want ", width * tlog::kHashBytes));
  }
  hashes.resize(width * tlog::kHashBytes);
  return hashes;
}

absl::StatusOr<crypto::Digest> AuditLog::RootAt(TreeSize size) const {
  CONCORDAT_RETURN_IF_ERROR(CheckWithin("tree size", size.value, Head().tree_size));
  return tlog::RootAt(size, [this](tlog::TileId tile) { return ReadStoredTile(*database_, tile); });
}

absl::StatusOr<std::string> AuditLog::CheckpointAt(TreeSize size) const {
  CONCORDAT_RETURN_IF_ERROR(CheckWithin("tree size", size.value, Head().tree_size));
  return ReadCheckpoint(*database_, size);
}

absl::StatusOr<std::string> AuditLog::ReadPublished() const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string last_key, database_->LastKey(Family::kCosigned));
  return database_->Get(Family::kCosigned, last_key);
}

absl::StatusOr<TreeSize> AuditLog::BatchEnd(LeafIndex index) const {
  CONCORDAT_RETURN_IF_ERROR(CheckCovered(index, Head().tree_size));
  std::optional<TreeSize> end;
  CONCORDAT_RETURN_IF_ERROR(ScanStoredCheckpoints(*database_, SizeThrough(index),
                                                  [&end](TreeSize size, std::string_view) {
                                                    end = size;
                                                    return false;
                                                  }));
  if (!end.has_value()) {
    return absl::DataLossError(StrCat("checkpoint after entry ", index.value, ": got none"));
  }
  return *end;
}

AuditLog::View AuditLog::ViewOfHead() const {
  auto [head, reader] = writer_->View();
  return View{head.tree_size, std::move(reader)};
}

std::unique_ptr<Reader> AuditLog::Snapshot() const { return database_->Snapshot(); }

absl::StatusOr<RescanResult> AuditLog::PurgeAndRescan(const std::vector<Sought>& sought,
                                                      const std::vector<SoughtDigest>& digests) {
  CONCORDAT_RETURN_IF_ERROR(Purge(*database_));
  CONCORDAT_ASSIGN_OR_RETURN(RescanResult result,
                             Rescan(database_->env(), database_->data_dir(), sought, digests));
  CONCORDAT_ASSIGN_OR_RETURN(const std::set<std::string> log_files, LogFiles(*database_));
  auto& found = result.found;
  found.erase(std::remove_if(found.begin(), found.end(),
                             [&](const Finding& finding) {
                               return !finding.by_digest &&
                                      sought[finding.position].may_be_logged &&
                                      log_files.count(finding.file) > 0;
                             }),
              found.end());
  return result;
}

absl::Status AuditLog::health() const { return writer_->health(); }

void AuditLog::SetHealthListener(std::function<void(absl::Status)> listener) {
  writer_->SetHealthListener(std::move(listener));
}

}  // namespace concordat::storage
