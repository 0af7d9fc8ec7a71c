// The one thread that writes: gathers waiting operations into batches, each one synced write.
// Internal to storage/; thread-safe. AuditLog's contract is kept here.
#ifndef CONCORDAT_STORAGE_COMMIT_WRITER_H_
#define CONCORDAT_STORAGE_COMMIT_WRITER_H_

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "crypto/signed_note.h"
#include "storage/database.h"
#include "storage/log_head.h"
#include "storage/operation.h"
#include "storage/reader.h"

namespace concordat::storage {

class CommitWriter {
 public:
  // `database` and `clock` must outlive it; nobody else may write to the database.
  CommitWriter(Database& database, crypto::NoteSigner signer, const Clock& clock, Fold fold,
               LogHead head);
  // Answers what was submitted.
  ~CommitWriter();
  CommitWriter(const CommitWriter&) = delete;
  CommitWriter& operator=(const CommitWriter&) = delete;

  void Submit(Operation operation);
  Committed Head() const;
  // The head, and what was committed with it and nothing later.
  std::pair<Committed, std::shared_ptr<const Reader>> View() const;
  absl::Status health() const;
  void SetHealthListener(std::function<void(absl::Status)> listener);

 private:
  // An operation of the batch being made, and its own outcome.
  struct Applied {
    Done done;
    absl::Status status;
    LeafIndex first;
  };

  void Run();
  // False when closing and nothing waits.
  bool TakeWaiting(std::deque<Operation>& waiting);
  // One batch from the front of `waiting`: as many as kLogBatchBytesMax allows, all when storage
  // fails.
  void CommitSome(std::deque<Operation>& waiting);
  std::vector<Applied> ApplyWaiting(Transaction& transaction, std::deque<Operation>& waiting);
  absl::Status Write(Transaction& transaction);
  void Answer(std::vector<Applied> applied, const absl::Status& outcome);
  // Reads back what is on disk, as after a crash. DATA_LOSS when that is less than what was
  // answered.
  absl::Status Recover();
  void Publish(LogHead next);
  void SetHealth(absl::Status health);

  Database& database_;
  const crypto::NoteSigner signer_;
  const Clock& clock_;
  const Fold fold_;
  LogHead head_;  // The writer's thread only.

  mutable absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Operation> queue_ ABSL_GUARDED_BY(mutex_);
  Committed published_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Reader> published_reader_ ABSL_GUARDED_BY(mutex_);
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  std::function<void(absl::Status)> listener_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_COMMIT_WRITER_H_
