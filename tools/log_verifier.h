// Proves a whole log from its stored bytes and the public key alone: pure, knows no file and no
// wire.
//
// Feed the signed checkpoints that must hold, then every entry in order. The tree is computed again
// from the entries (RFC 6962), so a root that is right says that no entry before it was changed,
// moved, added or left out; equal roots at an older size say that the log only grew.
#ifndef CONCORDAT_TOOLS_LOG_VERIFIER_H_
#define CONCORDAT_TOOLS_LOG_VERIFIER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "crypto/sha256.h"
#include "tlog/checkpoint.h"
#include "tlog/merkle.h"

namespace concordat::tools {

// DATA_LOSS, naming the place, unless the stored bytes are a LogEntry that says it stands there.
absl::Status CheckEntryPlace(std::string_view stored, uint64_t position);

// Not thread-safe.
class LogVerifier {
 public:
  // A checkpoint that must hold, called `source` in errors. DATA_LOSS when another one of the same
  // size has another root: the log has two faces. FAILED_PRECONDITION once the entries are past it.
  absl::Status Expect(const tlog::Checkpoint& checkpoint, const std::string& source);

  // The next entry as stored. DATA_LOSS naming the first that differs: bytes that are no LogEntry,
  // another index than its place, or a root that a checkpoint of this size contradicts (with the
  // size up to which everything was right).
  absl::Status Add(std::string_view stored);

  // DATA_LOSS when checkpoints are left that the entries did not reach.
  absl::Status Finish() const;

  uint64_t entries() const { return range_.size().value; }
  // The greatest size at which a checkpoint agreed.
  uint64_t proven_size() const { return proven_size_; }
  uint64_t checkpoints_held() const { return checkpoints_held_; }

 private:
  struct Expected {
    crypto::Digest root;
    std::string source;
  };

  absl::Status Compare();

  tlog::CompactRange range_;
  std::map<uint64_t, Expected> expected_;  // By size; those not reached yet.
  uint64_t proven_size_ = 0;
  uint64_t checkpoints_held_ = 0;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_VERIFIER_H_
