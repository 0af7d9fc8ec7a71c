// An AuditLog on an in-memory operating system, for tests of whatever is kept in the log.
#ifndef CONCORDAT_STORAGE_TESTING_TEST_LOG_H_
#define CONCORDAT_STORAGE_TESTING_TEST_LOG_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/fake_clock.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "storage/testing/crash_env.h"

namespace concordat::storage {

// A small entry without case data.
v1::LogEntry TestEntry(std::string_view agency);

// Submits and waits for the answer.
absl::StatusOr<Committed> Commit(AuditLog& log, Apply apply);

// Opens at once and fails the process if it can't. Open and Close may alternate; what is on the
// "disk" stays.
class TestLog {
 public:
  TestLog();
  ~TestLog();

  absl::Status Open();
  void Close() { log_.reset(); }

  AuditLog& log() { return *log_; }
  CrashEnv& env() { return env_; }
  FakeClock& clock() { return clock_; }
  const crypto::NoteVerifier& verifier() const { return verifier_; }
  const std::string& data_dir() const { return data_dir_; }

  absl::StatusOr<Committed> Commit(Apply apply) { return storage::Commit(*log_, std::move(apply)); }
  // One operation with `count` test entries.
  absl::StatusOr<Committed> Append(int count = 1);

 private:
  CrashEnv env_;
  FakeClock clock_;
  const std::string data_dir_ = "/log";
  const std::string signer_key_;
  const crypto::NoteVerifier verifier_;
  std::unique_ptr<AuditLog> log_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_TEST_LOG_H_
