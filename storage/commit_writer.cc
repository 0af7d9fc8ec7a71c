#include "storage/commit_writer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "tlog/checkpoint.h"

namespace concordat::storage {

CommitWriter::CommitWriter(Database& database, crypto::NoteSigner signer, const Clock& clock,
                           Fold fold, LogHead head)
    : database_(database), signer_(std::move(signer)), clock_(clock), fold_(std::move(fold)) {
  Publish(std::move(head));
  thread_ = std::thread([this] { Run(); });
}

CommitWriter::~CommitWriter() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

void CommitWriter::Submit(Operation operation) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    if (closing_) {
      refused = absl::UnavailableError("log: got an operation while closing, want it retried");
    } else if (queue_.size() >= kLogQueueMax) {
      refused = absl::ResourceExhaustedError(
          StrCat("log queue: got more than ", kLogQueueMax, " waiting, want it retried later"));
    } else {
      queue_.push_back(std::move(operation));
      return;
    }
  }
  operation.done(std::move(refused));
}

Committed CommitWriter::Head() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

std::pair<Committed, std::shared_ptr<const Reader>> CommitWriter::View() const {
  absl::MutexLock lock(&mutex_);
  return {published_, published_reader_};
}

absl::Status CommitWriter::health() const {
  absl::MutexLock lock(&mutex_);
  return health_;
}

void CommitWriter::SetHealthListener(std::function<void(absl::Status)> listener) {
  absl::MutexLock lock(&mutex_);
  listener_ = std::move(listener);
}

void CommitWriter::Run() {
  std::deque<Operation> waiting;
  while (TakeWaiting(waiting)) {
    if (!health().ok()) SetHealth(Recover());
    while (!waiting.empty()) CommitSome(waiting);
  }
}

bool CommitWriter::TakeWaiting(std::deque<Operation>& waiting) {
  absl::MutexLock lock(&mutex_);
  const auto wakes = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closing_ || !queue_.empty();
  };
  mutex_.AwaitWithTimeout(
      absl::Condition(&wakes),
      health_.ok() ? absl::InfiniteDuration() : absl::Milliseconds(kStorageRetryMilliseconds));
  while (!queue_.empty() && waiting.size() < kLogBatchMax) {
    waiting.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !closing_ || !waiting.empty();
}

void CommitWriter::CommitSome(std::deque<Operation>& waiting) {
  absl::Status outcome = health();
  std::vector<Applied> applied;
  if (outcome.ok()) {
    // Ends before the operations are answered: while it lives, the files can't be reopened.
    const absl::StatusOr<std::unique_ptr<Transaction>> transaction =
        Transaction::Start(database_, head_.tree.size(), clock_.Now(), fold_);
    outcome = transaction.status();
    if (outcome.ok()) {
      applied = ApplyWaiting(**transaction, waiting);
      outcome = Write(**transaction);
    }
    if (!outcome.ok()) SetHealth(outcome);
  }
  if (!outcome.ok()) {
    for (Operation& operation : waiting) applied.push_back({std::move(operation.done), {}, {}});
    waiting.clear();
  }
  Answer(std::move(applied), outcome);
}

std::vector<CommitWriter::Applied> CommitWriter::ApplyWaiting(Transaction& transaction,
                                                              std::deque<Operation>& waiting) {
  std::vector<Applied> applied;
  while (!waiting.empty() && transaction.bytes() < kLogBatchBytesMax) {
    Operation operation = std::move(waiting.front());
    waiting.pop_front();
    const LeafIndex first = transaction.NextIndex();
    transaction.Begin();
    absl::Status status = operation.apply(transaction);
    status.Update(transaction.status());
    if (status.ok()) {
      transaction.Keep();
    } else {
      transaction.Undo();
    }
    applied.push_back({std::move(operation.done), std::move(status), first});
  }
  return applied;
}

absl::Status CommitWriter::Write(Transaction& transaction) {
  if (transaction.empty()) return absl::OkStatus();
  // The new head is a copy until its batch is durable.
  LogHead next = head_;
  if (!transaction.leaf_hashes_.empty()) {
    for (const crypto::Digest& leaf_hash : transaction.leaf_hashes_) next.tree.Append(leaf_hash);
    for (const auto& [tile, bytes] : next.tree.TakeChangedTiles()) {
      transaction.PutUnchecked(Family::kTiles, TileKey(tile), bytes);
    }
    const TreeSize size = next.tree.size();
    CONCORDAT_ASSIGN_OR_RETURN(next.checkpoint, signer_.Sign(tlog::CheckpointText(
                                                    signer_.name(), size, next.tree.Root())));
    transaction.PutUnchecked(Family::kCheckpoints, CheckpointKey(size), next.checkpoint);
  }
  CONCORDAT_RETURN_IF_ERROR(transaction.Commit(database_));
  Publish(std::move(next));
  return absl::OkStatus();
}

void CommitWriter::Answer(std::vector<Applied> applied, const absl::Status& outcome) {
  const Committed head = Head();
  for (Applied& operation : applied) {
    if (!outcome.ok()) {
      // Also for an operation that failed by itself: it may have seen what is now lost.
      const bool full = absl::IsResourceExhausted(outcome);
      operation.done(full ? outcome : absl::UnavailableError(outcome.message()));
    } else if (!operation.status.ok()) {
      operation.done(std::move(operation.status));
    } else {
      operation.done(Committed{operation.first, head.tree_size, head.checkpoint});
    }
  }
}

absl::Status CommitWriter::Recover() {
  CONCORDAT_RETURN_IF_ERROR(database_.Reopen());
  CONCORDAT_ASSIGN_OR_RETURN(LogHead found, LoadHead(database_, signer_.verifier()));
  const TreeSize published = head_.tree.size();
  const absl::StatusOr<std::string> checkpoint = ReadCheckpoint(database_, published);
  if (!checkpoint.ok() || *checkpoint != head_.checkpoint || found.tree.size() < published) {
    return absl::DataLossError(StrCat("log: got the size ", found.tree.size().value,
                                      " from disk, want what was answered, size ",
                                      published.value));
  }
  // A batch whose failed write reached the disk after all is in it, whole.
  Publish(std::move(found));
  return absl::OkStatus();
}

void CommitWriter::Publish(LogHead next) {
  head_ = std::move(next);
  const TreeSize size = head_.tree.size();
  // Both at once: who took a snapshot after the write and before the new head would see more than
  // the head covers. The one before is let go after the lock.
  std::shared_ptr<const Reader> reader = database_.Snapshot();
  absl::MutexLock lock(&mutex_);
  published_ = Committed{LeafIndex{size.value}, size, head_.checkpoint};
  published_reader_.swap(reader);
}

void CommitWriter::SetHealth(absl::Status health) {
  std::function<void(absl::Status)> listener;
  {
    absl::MutexLock lock(&mutex_);
    if (health == health_) return;
    health_ = health;
    listener = listener_;
  }
  if (listener) listener(std::move(health));
}

}  // namespace concordat::storage
