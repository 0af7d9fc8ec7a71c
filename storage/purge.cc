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

// No other holds anything that an erasure deletes or replaces.
constexpr Family kRewritten[] = {Family::kKeys, Family::kSealed, Family::kCases,
                                 Family::kPersonIndex};
// A rewriting adds at least so much to the manifest.
constexpr size_t kManifestEditBytesMin = 64;

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

absl::StatusOr<std::string> ManifestName(rocksdb::DB* db) {
  std::vector<std::string> files;
  uint64_t manifest_bytes = 0;
  CONCORDAT_RETURN_IF_ERROR(
      FromRocksStatus(db->GetLiveFiles(files, &manifest_bytes, /*flush_memtable=*/false)));
  for (const std::string& file : files) {
    if (file.find("MANIFEST") != std::string::npos) return file;
  }
  return absl::UnavailableError("purge: got no manifest, want one");
}

// RocksDB begins a new manifest, which names the files of that moment alone, when the old one is
// full. So it is filled, by rewriting a family of three rows that are never deleted.
absl::Status BeginManifest(const OpenDatabase& open) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string before, ManifestName(open.db()));
  for (size_t filled = 0; filled <= OpenDatabase::kManifestBytesMax + kManifestEditBytesMin;
       filled += kManifestEditBytesMin) {
    CONCORDAT_RETURN_IF_ERROR(Rewrite(open, Family::kMeta));
    CONCORDAT_ASSIGN_OR_RETURN(const std::string now, ManifestName(open.db()));
    if (now != before) return absl::OkStatus();
  }
  return absl::UnavailableError("purge: got the same manifest still, want a new one");
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
  CONCORDAT_RETURN_IF_ERROR(BeginManifest(*open));
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
