#include "storage/open_database.h"

#include <algorithm>
#include <cstdarg>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"
#include "storage/key_schema.h"

namespace concordat::storage {
namespace {

constexpr size_t kBlockCacheBytes = size_t{64} << 20;
constexpr size_t kWriteBufferBytes = size_t{16} << 20;
// Bounds what an opening has to replay.
constexpr uint64_t kWriteAheadLogBytesMax = uint64_t{64} << 20;
constexpr int kOpenFilesMax = 512;
constexpr double kBloomBitsPerKey = 10;

// RocksDB would otherwise write a LOG file beside the data, also where it only reads. Worse: on a
// full disk the second line that does not fit ends the process (WritableFileWriter asserts that
// nobody goes on after an error, and Debian builds RocksDB with assertions). Errors come as
// statuses.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list values) override {}
};

rocksdb::DBOptions DatabaseOptions(rocksdb::Env* env, OpenDatabase::Mode mode) {
  const bool read_only = mode == OpenDatabase::Mode::kReadOnly;
  rocksdb::DBOptions options;
  options.env = env;
  options.info_log = std::make_shared<SilentLogger>();
  options.create_if_missing = !read_only;
  options.create_missing_column_families = !read_only;
  options.max_manifest_file_size = OpenDatabase::kManifestBytesMax;
  options.max_total_wal_size = kWriteAheadLogBytesMax;
  // A torn last record is a write that was never answered. Any other damage must refuse to open:
  // with RocksDB's default it would silently cut off everything after it, answered writes too.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  // So that opening doesn't touch every file of a long log.
  options.max_open_files = kOpenFilesMax;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  options.level_compaction_dynamic_level_bytes = true;
  // Hashes, ciphertexts and digests do not compress; and a rescan finds only bytes that stand as
  // they are.
  options.compression = rocksdb::kNoCompression;
  return options;
}

// Those to be opened, in order: all of them, but the later ones that are not there to be read.
absl::StatusOr<std::vector<Family>> FamiliesOf(const rocksdb::DBOptions& options,
                                               const std::string& data_dir,
                                               OpenDatabase::Mode mode) {
  std::vector<std::string> names;
  if (mode == OpenDatabase::Mode::kReadOnly) {
    CONCORDAT_RETURN_IF_ERROR(
        FromRocksStatus(rocksdb::DB::ListColumnFamilies(options, data_dir, &names)));
  }
  std::vector<Family> families;
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    const bool there = mode != OpenDatabase::Mode::kReadOnly || i < kFirstFamilies ||
                       std::find(names.begin(), names.end(), kFamilyNames[i]) != names.end();
    if (there) families.push_back(static_cast<Family>(i));
  }
  return families;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors(
    const std::vector<Family>& families, const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family family : families) {
    descriptors.emplace_back(std::string(kFamilyNames[static_cast<size_t>(family)]),
                             FamilyOptions(cache));
  }
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, FamilyOptions(cache));
  return descriptors;
}

}  // namespace

absl::Status FromRocksStatus(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNotFound()) return absl::NotFoundError("log storage: no such key");
  if (status.IsNoSpace()) {
    return absl::ResourceExhaustedError(
        "log storage: got no space left on the data directory's disk, want room for the write");
  }
  const std::string text = StrCat("log storage: ", status.ToString());
  return status.IsCorruption() ? absl::DataLossError(text) : absl::UnavailableError(text);
}

absl::Status VisitRange(rocksdb::Iterator& iterator, std::string_view begin, std::string_view end,
                        Reader::Visit visit) {
  for (iterator.Seek(ToSlice(begin)); iterator.Valid(); iterator.Next()) {
    const std::string_view key = ToView(iterator.key());
    if (!end.empty() && key >= end) break;
    if (!visit(key, ToView(iterator.value()))) break;
  }
  return FromRocksStatus(iterator.status());
}

OpenDatabase::OpenDatabase() : cache_(rocksdb::NewLRUCache(kBlockCacheBytes)) {}

absl::StatusOr<std::shared_ptr<const OpenDatabase>> OpenDatabase::Open(const std::string& data_dir,
                                                                       rocksdb::Env* env,
                                                                       Mode mode) {
  const rocksdb::DBOptions options = DatabaseOptions(env, mode);
  std::shared_ptr<OpenDatabase> open(new OpenDatabase());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Family> families,
                             FamiliesOf(options, data_dir, mode));
  const auto descriptors = Descriptors(families, open->cache_);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      mode == Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(options, data_dir, descriptors, &handles, &db)
          : rocksdb::DB::Open(options, data_dir, descriptors, &handles, &db);
  open->db_.reset(db);
  CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(status));
  open->handles_.resize(kFamilyNames.size());
  for (size_t i = 0; i < families.size(); ++i) {
    open->handles_[static_cast<size_t>(families[i])] = handles[i];
  }
  open->default_handle_ = handles.back();
  return std::shared_ptr<const OpenDatabase>(std::move(open));
}

OpenDatabase::~OpenDatabase() {
  handles_.push_back(default_handle_);
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle != nullptr) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  db_.reset();
  closed_->Notify();
}

absl::StatusOr<std::string> OpenDatabase::Get(Family family, std::string_view key,
                                              const rocksdb::Snapshot* snapshot) const {
  if (handle(family) == nullptr) return FromRocksStatus(rocksdb::Status::NotFound());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::string value;
  CONCORDAT_RETURN_IF_ERROR(
      FromRocksStatus(db_->Get(options, handle(family), ToSlice(key), &value)));
  return value;
}

absl::Status OpenDatabase::Scan(Family family, std::string_view begin, std::string_view end,
                                const rocksdb::Snapshot* snapshot, Reader::Visit visit) const {
  if (handle(family) == nullptr) return absl::OkStatus();
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator(options, handle(family)));
  return VisitRange(*iterator, begin, end, visit);
}

}  // namespace concordat::storage
