// Who was erased, kept apart from the data directory and its backups: a backup from before an
// erasure brings the key back, and only what is outside it can tell.
//
// A text file that only grows, one line a destroyed key, made durable after the erasure is
// committed and before anybody is told of it; what a crash in between left out, the next start adds
// from the log. So a line is only ever of an erasure that took place, and one that somebody was
// told of has its line. Subject ids are random: no personal data. For one thread at a time.
#ifndef CONCORDAT_STORAGE_ERASURE_REGISTER_H_
#define CONCORDAT_STORAGE_ERASURE_REGISTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/log_types.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

// Line: "1 <subject id> <SHA-256 of the wrapped key, hex> <request> <erasure> <time, RFC 3339>".
struct RegisteredErasure {
  std::string subject_id;
  std::string wrapped_key_sha256;  // 32 bytes.
  LeafIndex request;
  LeafIndex erasure;  // The index that its entry had.
  absl::Time at;
};

class ErasureRegister {
 public:
  // Makes the file when it is missing (mode as the process's umask says). A last line without its
  // end is what a crash left of a line never relied on: it is taken away. Any other damage is
  // DATA_LOSS, naming the line: who reads past it would let an erased person come back. UNAVAILABLE
  // where the file can't be read or written. `env` null: the operating system's.
  static absl::StatusOr<std::unique_ptr<ErasureRegister>> Open(const std::string& path,
                                                               rocksdb::Env* env);
  ~ErasureRegister();

  // In the order in which they were registered.
  const std::vector<RegisteredErasure>& erasures() const { return erasures_; }

  // All lines are durable on OK. UNAVAILABLE otherwise: some may stand in the file, whole or torn,
  // and the next Add or Open takes a torn one away.
  absl::Status Add(const std::vector<RegisteredErasure>& erasures);

 private:
  ErasureRegister(std::string path, rocksdb::Env* env);
  // Reads the file; cuts a torn last line off.
  absl::Status Load();

  const std::string path_;
  rocksdb::Env* const env_;
  bool torn_ = false;  // The last Add failed.
  std::vector<RegisteredErasure> erasures_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_ERASURE_REGISTER_H_
