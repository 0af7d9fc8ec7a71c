// Changing the key of a log, offline: the log itself says so, and the checkpoint that says so is
// signed by both keys, so whoever knows the old one can follow to the new one.
//
// Nothing signed before is touched: receipts and checkpoints from before verify with the old key
// for as long as it is known.
#ifndef CONCORDAT_STORAGE_ROTATE_KEY_H_
#define CONCORDAT_STORAGE_ROTATE_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "concordat/v1/log.pb.h"
#include "crypto/signed_note.h"
#include "storage/operation.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

struct KeyRotation {
  std::string data_dir;
  const crypto::NoteSigner* old_signer = nullptr;
  const crypto::NoteSigner* new_signer = nullptr;
  v1::Actor actor;  // Who does it.
  const Clock* clock = nullptr;
  rocksdb::Env* env = nullptr;  // For tests; not owned. The operating system's when null.
};

// Appends a LOG_KEY_CHANGE entry; from then on the directory opens with the new key alone. One
// synced write: after a crash or an error of that write the log is wholly before or wholly after
// it.
//   NOT_FOUND            the directory holds no log
//   FAILED_PRECONDITION  it is open elsewhere, or its origin or key is not the old signer's; a
//                        rotation that was made already says so in this way
//   INVALID_ARGUMENT     the new key has another name, or is the old one
//   DATA_LOSS            the head is not what the old key signed, as for AuditLog::Open
absl::StatusOr<Committed> RotateKey(const KeyRotation& rotation);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_ROTATE_KEY_H_
