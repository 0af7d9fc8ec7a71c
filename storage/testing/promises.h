// What a log has promised to its callers so far, and whether one that was reopened keeps all of it.
#ifndef CONCORDAT_STORAGE_TESTING_PROMISES_H_
#define CONCORDAT_STORAGE_TESTING_PROMISES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/log_types.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "tlog/checkpoint.h"

namespace concordat::storage {

// Thread-safe.
class Promises {
 public:
  static constexpr int kEntriesPerOperation = 3;

  // The log's signed notes, each verified once however often it is met.
  class Notes {
   public:
    explicit Notes(crypto::NoteVerifier verifier) : verifier_(std::move(verifier)) {}
    absl::StatusOr<tlog::Checkpoint> Open(const std::string& note);

   private:
    crypto::NoteVerifier verifier_;
    std::map<std::string, tlog::Checkpoint> opened_;
  };

  explicit Promises(crypto::NoteVerifier verifier) : notes_(std::move(verifier)) {}
  Promises(const Promises& other);
  Promises& operator=(const Promises&) = delete;

  // Entries of this name, each with a sealed body and a record in the case index. The log must hold
  // nothing else. A name is used once: what was not acknowledged may yet be in the log.
  static Apply Operation(const std::string& name);

  void Acknowledged(const std::string& name, const Committed& committed);
  // A head that anybody may have read.
  void Seen(const Committed& head);

  // DATA_LOSS, naming the first difference, unless
  //   - all that was acknowledged is there, and each entry is proven by the checkpoint of its own
  //     receipt;
  //   - the head is not below a checkpoint seen, and holds each of them byte for byte;
  //   - the tree derived from the entries is the stored one: each tile, and the root at the size of
  //     each stored checkpoint, which the key signed;
  //   - no operation is there by half.
  absl::Status Check(const AuditLog& log) const;

  uint64_t acknowledged() const;

 private:
  mutable absl::Mutex mutex_;
  mutable Notes notes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Committed> operations_ ABSL_GUARDED_BY(mutex_);
  std::map<TreeSize, std::string> checkpoints_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_PROMISES_H_
