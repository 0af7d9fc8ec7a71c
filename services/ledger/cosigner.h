// Asks witnesses to cosign the log's newest checkpoint (c2sp.org/tlog-witness), and publishes it
// once a quorum has (c2sp.org/tlog-policy). On a thread of its own: no write of the log ever waits
// for a witness.
#ifndef CONCORDAT_SERVICES_LEDGER_COSIGNER_H_
#define CONCORDAT_SERVICES_LEDGER_COSIGNER_H_

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "crypto/signed_note.h"
#include "services/http/https_client.h"
#include "storage/audit_log.h"
#include "tlog/policy.h"

namespace concordat::services {

// A witness that fails is left out of 1, 3, 7 ... rounds, at most of this many, so that one which
// is down or keeps calls waiting delays the others' cosignatures ever more seldom.
inline constexpr int kRoundsLeftOutMax = 63;

class Cosigner {
 public:
  // POSTs a body to a URL; HttpsClient::Post but in tests.
  using Post = std::function<absl::StatusOr<HttpReply>(const std::string&, const std::string&)>;

  // The log outlives it. `every`: a checkpoint is taken at most so often.
  Cosigner(storage::AuditLog* log, tlog::Policy policy, Post post, absl::Duration every);
  // As Shutdown; returns when the call under way has ended.
  ~Cosigner();
  Cosigner(const Cosigner&) = delete;
  Cosigner& operator=(const Cosigner&) = delete;

  // No further call is begun. Thread-safe.
  void Shutdown();

  // One round: every witness is asked about the newest checkpoint, one that knows another size once
  // more from there, but for those that failed of late. OK once it is published, which is at once
  // when it was before.
  //   FAILED_PRECONDITION  the quorum is not met: who is missing, and what each of them answered
  //   CANCELLED            after Shutdown
  //   others               of the log
  // Called by its thread; by tests in its place when `every` is infinite.
  absl::Status Round();

 private:
  // What is known of one witness.
  struct Asked {
    TreeSize cosigned{0};  // Last, so far as it told.
    int failures = 0;      // Since it last cosigned.
    int left_out = 0;      // Rounds to come without it.
    std::string answered;  // When it failed last.
  };

  void Run();
  bool closing() {
    absl::MutexLock lock(&mutex_);
    return closing_;
  }
  // The lines of those that cosigned; of the others, what came instead.
  absl::StatusOr<std::vector<crypto::NoteSignature>> AskAll(
      const storage::AuditLog::Committed& head, std::vector<std::string>* failures);
  // The verified signature line, or what came instead.
  absl::StatusOr<crypto::NoteSignature> Ask(const tlog::Policy::Witness& witness, Asked* asked,
                                            const storage::AuditLog::Committed& head);
  absl::StatusOr<HttpReply> PostFrom(const tlog::Policy::Witness& witness, TreeSize old_size,
                                     const storage::AuditLog::Committed& head);
  absl::Status Publish(TreeSize size, const std::string& note);

  storage::AuditLog* const log_;
  const tlog::Policy policy_;
  const Post post_;
  const absl::Duration every_;
  std::map<std::string, Asked> asked_;  // By the witness's name.
  TreeSize published_{0};
  bool any_published_ = false;

  absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_COSIGNER_H_
