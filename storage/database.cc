#include "storage/database.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "rocksdb/db.h"

namespace concordat::storage {
namespace {

// Held beside RocksDB's own lock, which a Reopen lets go for a moment.
constexpr std::string_view kLockFile = "/concordat.lock";
// RocksDB's own: names the manifest, and stands in every database.
constexpr std::string_view kCurrentFile = "/CURRENT";
constexpr std::string_view kProbeFile = "/concordat.probe";

absl::Status ClosedError() {
  return absl::UnavailableError("log storage: got a failure of its files, want them to recover");
}

}  // namespace

// Held by the reader and by each of its running reads: the RocksDB snapshot is let go after the
// last of them.
class Database::Pinned {
 public:
  explicit Pinned(std::shared_ptr<const OpenDatabase> open)
      : open_(std::move(open)), snapshot_(open_->db()->GetSnapshot()) {}
  ~Pinned() { open_->db()->ReleaseSnapshot(snapshot_); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  const OpenDatabase& open() const { return *open_; }
  const rocksdb::Snapshot* snapshot() const { return snapshot_; }

 private:
  const std::shared_ptr<const OpenDatabase> open_;
  const rocksdb::Snapshot* const snapshot_;
};

class Database::SnapshotReader final : public Reader {
 public:
  explicit SnapshotReader(const Database& database) : database_(database) {
    absl::MutexLock lock(&database_.mutex_);
    if (database_.open_ == nullptr) return;
    database_.snapshots_[this] = std::make_shared<const Pinned>(database_.open_);
  }

  ~SnapshotReader() override {
    std::shared_ptr<const Pinned> pinned;  // Let go after the lock.
    absl::MutexLock lock(&database_.mutex_);
    const auto found = database_.snapshots_.find(this);
    if (found == database_.snapshots_.end()) return;
    pinned = std::move(found->second);
    database_.snapshots_.erase(found);
  }

  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override {
    const std::shared_ptr<const Pinned> pinned = Pin();
    if (pinned == nullptr) return ClosedError();
    return pinned->open().Get(family, key, pinned->snapshot());
  }

  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override {
    const std::shared_ptr<const Pinned> pinned = Pin();
    if (pinned == nullptr) return ClosedError();
    return pinned->open().Scan(family, begin, end, pinned->snapshot(), visit);
  }

 private:
  // Null after the files were closed for a Reopen.
  std::shared_ptr<const Pinned> Pin() const {
    absl::MutexLock lock(&database_.mutex_);
    const auto found = database_.snapshots_.find(this);
    return found == database_.snapshots_.end() ? nullptr : found->second;
  }

  const Database& database_;
};

Database::Database(std::string data_dir, rocksdb::Env* env)
    : data_dir_(std::move(data_dir)), env_(env != nullptr ? env : rocksdb::Env::Default()) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& data_dir,
                                                         rocksdb::Env* env) {
  std::unique_ptr<Database> database(new Database(data_dir, env));
  CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(database->env_->CreateDirIfMissing(data_dir)));
  const rocksdb::Status locked =
      database->env_->LockFile(StrCat(data_dir, kLockFile), &database->lock_);
  if (!locked.ok()) {
    return absl::FailedPreconditionError(StrCat("data directory ", data_dir, ": got ",
                                                locked.ToString(),
                                                ", want one that is not open elsewhere"));
  }
  CONCORDAT_RETURN_IF_ERROR(database->OpenFiles(OpenDatabase::Mode::kCreateOrOpen));
  return database;
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenReadOnly(const std::string& data_dir,
                                                                 rocksdb::Env* env) {
  std::unique_ptr<Database> database(new Database(data_dir, env));
  if (!database->env_->FileExists(StrCat(data_dir, kCurrentFile)).ok()) {
    return absl::NotFoundError(StrCat("data directory ", data_dir, ": got no log, want one"));
  }
  CONCORDAT_RETURN_IF_ERROR(database->OpenFiles(OpenDatabase::Mode::kReadOnly));
  return database;
}

Database::~Database() {
  Close();
  if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
}

absl::Status Database::OpenFiles(OpenDatabase::Mode mode) {
  CONCORDAT_ASSIGN_OR_RETURN(std::shared_ptr<const OpenDatabase> open,
                             OpenDatabase::Open(data_dir_, env_, mode));
  absl::MutexLock lock(&mutex_);
  open_ = std::move(open);
  return absl::OkStatus();
}

// Waits for the reads that run. What is let go here is destroyed after the lock.
void Database::Close() {
  std::shared_ptr<absl::Notification> closed;
  {
    std::map<const SnapshotReader*, std::shared_ptr<const Pinned>> snapshots;
    std::shared_ptr<const OpenDatabase> open;
    absl::MutexLock lock(&mutex_);
    if (open_ == nullptr) return;
    closed = open_->closed();
    open.swap(open_);
    snapshots.swap(snapshots_);
  }
  closed->WaitForNotification();
}

absl::StatusOr<std::shared_ptr<const OpenDatabase>> Database::Acquire() const {
  absl::MutexLock lock(&mutex_);
  if (open_ == nullptr) return ClosedError();
  return open_;
}

absl::StatusOr<std::string> Database::Get(Family family, std::string_view key) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, Acquire());
  return open->Get(family, key, nullptr);
}

absl::Status Database::Scan(Family family, std::string_view begin, std::string_view end,
                            Visit visit) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, Acquire());
  return open->Scan(family, begin, end, nullptr, visit);
}

absl::StatusOr<std::string> Database::LastKey(Family family) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, Acquire());
  const std::unique_ptr<rocksdb::Iterator> last(
      open->db()->NewIterator(rocksdb::ReadOptions(), open->handle(family)));
  last->SeekToLast();
  CONCORDAT_RETURN_IF_ERROR(FromRocksStatus(last->status()));
  if (!last->Valid()) return absl::NotFoundError("log storage: the family is empty");
  return std::string(ToView(last->key()));
}

std::unique_ptr<Reader> Database::Snapshot() const {
  return std::make_unique<SnapshotReader>(*this);
}

bool Database::AwaitOldSnapshots(absl::Duration patience) const {
  absl::MutexLock lock(&mutex_);
  if (open_ == nullptr) return true;
  const rocksdb::SequenceNumber now = open_->db()->GetLatestSequenceNumber();
  const auto none_is_older = [this, now]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::all_of(snapshots_.begin(), snapshots_.end(), [now](const auto& held) {
      return held.second->snapshot()->GetSequenceNumber() >= now;
    });
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&none_is_older), patience);
}

absl::Status Database::Write(rocksdb::WriteBatch* batch) {
  if (write_failed_) return ClosedError();
  CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<const OpenDatabase> open, Acquire());
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = open->db()->Write(options, batch);
  write_failed_ = !status.ok();
  return FromRocksStatus(status);
}

absl::Status Database::ProbeSpace() const {
  const std::string path = StrCat(data_dir_, kProbeFile);
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env_->NewWritableFile(path, &file, rocksdb::EnvOptions());
  // Not zeros, which a file system may store without taking space.
  if (status.ok()) status = file->Append(std::string(kStorageProbeBytes, '\x5a'));
  if (status.ok()) status = file->Sync();
  if (file != nullptr) {
    const rocksdb::Status closed = file->Close();
    if (status.ok()) status = closed;
  }
  env_->DeleteFile(path).PermitUncheckedError();
  return FromRocksStatus(status);
}

absl::Status Database::Reopen() {
  CONCORDAT_RETURN_IF_ERROR(ProbeSpace());
  Close();
  CONCORDAT_RETURN_IF_ERROR(OpenFiles(OpenDatabase::Mode::kCreateOrOpen));
  write_failed_ = false;
  return absl::OkStatus();
}

}  // namespace concordat::storage
