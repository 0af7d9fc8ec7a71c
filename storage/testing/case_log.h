// A log with one of each thing that is ever stored, for tests of what checks and rebuilds a log.
#ifndef CONCORDAT_STORAGE_TESTING_CASE_LOG_H_
#define CONCORDAT_STORAGE_TESTING_CASE_LOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/fake_clock.h"
#include "concordat/v1/log.pb.h"
#include "crypto/secret_bytes.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "storage/vault.h"
#include "tlog/cosignature.h"

namespace concordat::storage {

// Fails the process where the log does. Not thread-safe.
class CaseLog {
 public:
  // `env` null: the operating system's. The directory's parent exists.
  explicit CaseLog(std::string data_dir, rocksdb::Env* env = nullptr);
  ~CaseLog();

  absl::Status Open();
  void Close() { log_.reset(); }

  // That many entries, a batch for each line of its definition: a policy; two cases with sealed
  // persons, of whom two share an identifier; a revision and a late one; alerts, one of them
  // acknowledged; a disclosure with its notice, and its confirmation; holds; one person's erasure,
  // requested, carried out and certified, and a request that waits; a practitioner's connection.
  // Then a cosigned checkpoint of them.
  void WriteStory();
  static constexpr uint64_t kStoryEntries = 19;
  // That many entries more, in one batch: full tiles.
  void WriteLogins(int count);
  // One entry with what `fill` adds to it, a second after the last.
  Committed Append(v1::Operation operation, const std::function<void(v1::LogEntry&)>& fill);
  absl::StatusOr<Committed> Commit(Apply apply);

  AuditLog& log() { return *log_; }
  const Vault& vault() const { return *vault_; }
  const crypto::NoteSigner& signer() const { return signer_; }
  const tlog::CosignatureSigner& witness() const { return witness_; }
  FakeClock& clock() { return clock_; }
  const std::string& data_dir() const { return data_dir_; }
  // The key-encryption key, as a key file has it.
  static std::string KekHex();

 private:
  // A person of an event: whose key, in which capacity, under which identifiers.
  struct Party {
    std::string subject;
    v1::Capacity capacity;
    std::vector<std::string> identifiers;
  };

  // An event about one case; opens it if it is new.
  void Collect(const std::string& case_id, uint32_t revision, const std::string& series,
               const std::vector<Party>& parties, bool alert,
               const std::function<void(v1::LogEntry::Collected&)>& fill = nullptr);
  void Erase();
  void Connect();
  void Grant();
  void Cosign();

  FakeClock clock_;
  const std::string data_dir_;
  rocksdb::Env* const env_;
  const crypto::NoteSigner signer_ = crypto::NoteSigner::Generate("lancashire.concordat.test/log");
  const tlog::CosignatureSigner witness_ = tlog::CosignatureSigner::Generate("witness.test");
  const std::unique_ptr<Vault> vault_;
  std::unique_ptr<AuditLog> log_;
  uint64_t alerts_ = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_TESTING_CASE_LOG_H_
