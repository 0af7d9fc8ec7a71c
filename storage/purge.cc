#include "storage/purge.h"

#include <memory>
#include <vector>

#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "rocksdb/db.h"
#include "rocksdb/metadata.h"
#include "rocksdb/options.h"
#include "rocksdb/transaction_log.h"
#include "storage/key_schema.h"

namespace concordat::storage {
namespace {

// No other holds anything that an erasure deletes or replaces. kMeta does neither, and is the last:
// the manifest that its rewriting begins no longer names the keys that bounded the others' files.
constexpr Family kRewritten[] = {Family::kKeys, Family::kSealed, Family::kCases,
                                 Family::kPersonIndex, Family::kMeta};

absl::Status FlushAll(const OpenDatabase& open) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles = {open.db()->DefaultColumnFamily()};
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    handles.push_back(open.handle(static_cast<Family>(i)));
  }
  return FromRocksStatus(open.db()->Flush(rocksdb::FlushOptions(), handles));
}

absl::Status Rewrite(const OpenDatabase& open, Family family) {
  rocksdb::CompactRangeOptions options;
  // Also what already stands on the last level, where a tombstone is dropped with what it hides.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.exclusive_manual_compaction = false;
  return FromRocksStatus(open.db()->CompactRange(options, open.handle(family), nullptr, nullptr));
}

// RocksDB deletes files behind the back of who made them obsolete. While deletions are disabled,
// GetSortedWalFiles waits for those under way, and enabling them again deletes the rest itself.
absl::Status DeleteOldFiles(rocksdb::DB* db) {
  CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(db->DisableFileDeletions()));
  rocksdb::VectorLogPtr logs;
  absl::Status waited = FromRocksStatus(db->GetSortedWalFiles(logs));
  waited.Update(FromRocksStatus(db->EnableFileDeletions(/*force=*/false)));
  return waited;
}

}  // namespace

absl::Status Purge(Database& database) {
  if (!database.AwaitOldSnapshots(absl::Seconds(kPurgeWaitSeconds))) {
    return absl::UnavailableError(StrCat("purge: got a reader of an older state for more than ",
                                         kPurgeWaitSeconds, " seconds, want it gone"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, database.Acquire());
  CONCORDAT_RETURN_IF_ERROR(FlushAll(*open));
  for (const Family family : kRewritten) CONCORDAT_RETURN_IF_ERROR(Rewrite(*open, family));
  CONCORDAT_RETURN_IF_ERROR(DeleteOldFiles(open->db()));
  open->DropCachedBlocks();
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> LogFiles(const Database& database) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, database.Acquire());
  std::vector<rocksdb::LiveFileMetaData> live;
  open->db()->GetLiveFilesMetaData(&live);
  std::set<std::string> names;
  for (const rocksdb::LiveFileMetaData& file : live) {
    if (file.column_family_name == kFamilyNames[static_cast<size_t>(Family::kLog)]) {
      names.emplace(absl::StripPrefix(file.name, "/"));
    }
  }
  return names;
}

}  // namespace concordat::storage
