#include "services/ledger/eraser.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/case_store.h"
#include "storage/erasure_store.h"

namespace concordat::services {
namespace {

absl::Status Closing() {
  return absl::UnavailableError(
      "erasure: got a closing ledger, want it asked again for the certificate");
}

// Its record stands under the request, or, carried out again without one, under its own index.
absl::StatusOr<v1::ErasureRecord> RecordOf(const storage::Reader& reader,
                                           const v1::LogEntry& erasure) {
  absl::StatusOr<v1::ErasureRecord> record =
      storage::GetErasure(reader, LeafIndex{erasure.erased().request_index()});
  if (record.ok() && record->has_erasure_index() && record->erasure_index() == erasure.index()) {
    return record;
  }
  return storage::GetErasure(reader, LeafIndex{erasure.index()});
}

std::vector<storage::SoughtDigest> KeyDigests(const v1::LogEntry::Erased& erased) {
  std::vector<storage::SoughtDigest> digests;
  for (int i = 0; i < erased.subject_ids_size(); ++i) {
    const std::string& sha256 = erased.wrapped_key_sha256(i);
    storage::SoughtDigest digest{
        "wrapped key", erased.subject_ids(i), storage::Vault::kWrappedKeyBytes, {}};
    if (sha256.size() != digest.sha256.size()) continue;
    std::copy(sha256.begin(), sha256.end(), digest.sha256.begin());
    digests.push_back(std::move(digest));
  }
  return digests;
}

}  // namespace

Eraser::Eraser(storage::AuditLog* log, const storage::Vault* vault)
    : log_(log), vault_(vault), thread_([this] { Run(); }) {}

Eraser::~Eraser() { Stop(); }

void Eraser::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Eraser::Certify(LeafIndex erasure, std::vector<storage::Sought> sought, Done done) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      Job& job = jobs_[erasure.value];
      if (job.waiting.empty()) queue_.push_back(erasure.value);
      if (job.sought.empty()) job.sought = std::move(sought);
      job.waiting.push_back(std::move(done));
      return;
    }
  }
  done(Closing());
}

void Eraser::Run() {
  while (true) {
    std::vector<storage::Sought> sought;
    uint64_t erasure = 0;
    {
      absl::MutexLock lock(&mutex_);
      const auto wakes = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&wakes));
      if (stopping_) break;
      erasure = queue_.front();
      sought = jobs_[erasure].sought;
    }
    const absl::StatusOr<LeafIndex> certificate = CertifyNow(LeafIndex{erasure}, std::move(sought));
    std::vector<Done> waiting;
    {
      absl::MutexLock lock(&mutex_);
      queue_.pop_front();
      waiting.swap(jobs_[erasure].waiting);
      // What is not certified yet must be searched for again.
      if (certificate.ok()) jobs_.erase(erasure);
    }
    for (const Done& done : waiting) done(certificate);
  }
  std::map<uint64_t, Job> jobs;
  {
    absl::MutexLock lock(&mutex_);
    jobs.swap(jobs_);
    queue_.clear();
  }
  for (const auto& [erasure, job] : jobs) {
    for (const Done& done : job.waiting) done(Closing());
  }
}

absl::StatusOr<LeafIndex> Eraser::CertifyNow(LeafIndex erasure,
                                             std::vector<storage::Sought> sought) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry entry, ReadErasure(erasure));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::ErasureRecord record,
                             RecordOf(*log_->ViewOfHead().reader, entry));
  if (record.has_certificate_index()) return LeafIndex{record.certificate_index()};
  CONCORDAT_ASSIGN_OR_RETURN(const storage::RescanResult result, Search(entry, sought));
  return Record(entry, result);
}

absl::StatusOr<v1::LogEntry> Eraser::ReadErasure(LeafIndex erasure) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, log_->ReadEntry(erasure));
  v1::LogEntry entry;
  if (!entry.ParseFromString(bytes) || !entry.has_erased()) {
    return absl::DataLossError(
        StrCat("entry ", erasure.value, ": got another entry, want an erasure"));
  }
  return entry;
}

absl::StatusOr<std::vector<storage::Sought>> Eraser::StillGone(
    const std::vector<storage::Sought>& sought) const {
  const storage::AuditLog::View view = log_->ViewOfHead();
  std::vector<storage::Sought> gone;
  for (const storage::Sought& item : sought) {
    if (item.may_be_logged) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> cases,
                                 storage::CasesOfToken(*view.reader, item.bytes));
      if (!cases.empty()) continue;
    }
    gone.push_back(item);
  }
  return gone;
}

absl::StatusOr<storage::RescanResult> Eraser::Search(const v1::LogEntry& erasure,
                                                     const std::vector<storage::Sought>& sought) {
  const auto& erased = erasure.erased();
  storage::Finding last;
  for (int attempt = 0; attempt < kPurgeAttemptsMax; ++attempt) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::Sought> gone, StillGone(sought));
    vault_->Forget({erased.subject_ids().begin(), erased.subject_ids().end()});
    CONCORDAT_ASSIGN_OR_RETURN(storage::RescanResult result,
                               log_->PurgeAndRescan(gone, KeyDigests(erased)));
    if (result.found.empty()) {
      // A read that began before the erasure may have unwrapped a key once more; the purge waited
      // for the last of these.
      vault_->Forget({erased.subject_ids().begin(), erased.subject_ids().end()});
      return result;
    }
    last = result.found.front();
  }
  return absl::DataLossError(StrCat("erasure ", erasure.index(), ": got a ", last.kind,
                                    " still in the file ", last.file, ", want it gone"));
}

absl::StatusOr<LeafIndex> Eraser::Record(const v1::LogEntry& erasure,
                                         const storage::RescanResult& result) {
  v1::LogEntry entry;
  entry.set_policy_digest(erasure.policy_digest());
  entry.set_operation(v1::ERASURE_CERTIFIED);
  *entry.mutable_case_ids() = erasure.case_ids();
  v1::LogEntry::ErasureCertified& certified = *entry.mutable_erasure_certified();
  certified.set_erasure_index(erasure.index());
  certified.set_files_scanned(result.files_scanned);
  certified.set_bytes_scanned(result.bytes_scanned);
  absl::StatusOr<LeafIndex> index;
  absl::Notification recorded;
  log_->Submit(
      [&entry](storage::Transaction& transaction) {
        transaction.AppendEntry(entry);
        return absl::OkStatus();
      },
      [&](absl::StatusOr<storage::AuditLog::Committed> committed) {
        index = committed.ok() ? absl::StatusOr<LeafIndex>(committed->first)
                               : absl::StatusOr<LeafIndex>(committed.status());
        recorded.Notify();
      });
  recorded.WaitForNotification();
  return index;
}

}  // namespace concordat::services
