// Carries an erasure to its end: after the entry that destroyed the keys is durable, everything
// that was derived goes from the disk, the disk is searched, and that is certified.
//
// The work of purging and searching is done on a thread of its own, one erasure after another. A
// crash before the certificate leaves an erasure without one, which the next start certifies.
// Thread-safe.
#ifndef CONCORDAT_SERVICES_LEDGER_ERASER_H_
#define CONCORDAT_SERVICES_LEDGER_ERASER_H_

#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/audit_log.h"
#include "storage/rescan.h"
#include "storage/vault.h"

namespace concordat::services {

class Eraser {
 public:
  // The index of the erasure's certificate. DATA_LOSS when something of it was still found after
  // kPurgeAttemptsMax purges, naming its kind and the file, never itself; UNAVAILABLE when storage
  // fails or the ledger closes. The keys are gone in any case; asking again tries again.
  using Done = std::function<void(absl::StatusOr<LeafIndex>)>;

  // Both outlive it.
  Eraser(storage::AuditLog* log, const storage::Vault* vault);
  // Joins as Stop does.
  ~Eraser();
  Eraser(const Eraser&) = delete;
  Eraser& operator=(const Eraser&) = delete;

  // Certifies the erasure at this index, at most once for all who ask. `sought` is what it
  // destroyed, kept in memory until it is certified; without it (after a restart, or for the second
  // who asks) the wrapped keys alone are searched for, by their digests in the entry.
  void Certify(LeafIndex erasure, std::vector<storage::Sought> sought, Done done);

  // Finishes the erasure under way; answers those waiting UNAVAILABLE, and later ones at once. The
  // log must still be open.
  void Stop();

  // On the caller's thread: for before anything is served.
  absl::StatusOr<LeafIndex> CertifyNow(LeafIndex erasure, std::vector<storage::Sought> sought);

 private:
  struct Job {
    std::vector<storage::Sought> sought;
    std::vector<Done> waiting;
  };

  void Run();
  absl::StatusOr<v1::LogEntry> ReadErasure(LeafIndex erasure) const;
  // Without those tokens that somebody is known by: not of the erased any more, or again.
  absl::StatusOr<std::vector<storage::Sought>> StillGone(
      const std::vector<storage::Sought>& sought) const;
  absl::StatusOr<storage::RescanResult> Search(const v1::LogEntry& erasure,
                                               const std::vector<storage::Sought>& sought);
  absl::StatusOr<LeafIndex> Record(const v1::LogEntry& erasure,
                                   const storage::RescanResult& result);

  storage::AuditLog* const log_;
  const storage::Vault* const vault_;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<uint64_t> queue_ ABSL_GUARDED_BY(mutex_);    // Of those in jobs_ that somebody awaits.
  std::map<uint64_t, Job> jobs_ ABSL_GUARDED_BY(mutex_);  // By erasure, until certified.

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_ERASER_H_
