// Asks witnesses to cosign the log's newest checkpoint (c2sp.org/tlog-witness), and publishes it
// once a quorum has (c2sp.org/tlog-policy). On a thread of its own: no write of the log ever waits
// for a witness.
#ifndef CONCORDAT_SERVICES_LEDGER_COSIGNER_H_
#define CONCORDAT_SERVICES_LEDGER_COSIGNER_H_

#include <functional>
#include <map>
#include <string>
#include <thread>

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

class Cosigner {
 public:
  // POSTs a body to a URL; HttpsClient::Post but in tests.
  using Post = std::function<absl::StatusOr<HttpReply>(const std::string&, const std::string&)>;

  // The log outlives it. `every`: a checkpoint is taken at most so often.
  Cosigner(storage::AuditLog* log, tlog::Policy policy, Post post, absl::Duration every);
  // Ends after the call under way.
  ~Cosigner();
  Cosigner(const Cosigner&) = delete;
  Cosigner& operator=(const Cosigner&) = delete;

  // One round: every witness is asked about the newest checkpoint, one that knows another size once
  // more from there. OK once it is published, which is at once when it was before.
  //   FAILED_PRECONDITION  the quorum is not met: who is missing, and what each of them answered
  //   others               of the log
  // Called by its thread; by tests in its place when `every` is infinite.
  absl::Status Round();

 private:
  void Run();
  // The verified signature line, or what came instead.
  absl::StatusOr<crypto::NoteSignature> Ask(const tlog::Policy::Witness& witness,
                                            const storage::AuditLog::Committed& head);
  absl::StatusOr<HttpReply> PostFrom(const tlog::Policy::Witness& witness, TreeSize old_size,
                                     const storage::AuditLog::Committed& head);
  absl::Status Publish(TreeSize size, const std::string& note);

  storage::AuditLog* const log_;
  const tlog::Policy policy_;
  const Post post_;
  const absl::Duration every_;
  std::map<std::string, TreeSize> known_;  // By the witness's name: what it cosigned last.
  TreeSize published_{0};
  bool any_published_ = false;

  absl::Mutex mutex_;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_COSIGNER_H_
