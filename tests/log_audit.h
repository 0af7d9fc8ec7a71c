// The log as an auditor reads it, and receipts checked without asking anybody.
#ifndef CONCORDAT_TESTS_LOG_AUDIT_H_
#define CONCORDAT_TESTS_LOG_AUDIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tests/cluster.h"
#include "tlog/checkpoint.h"

namespace concordat::tests {

// What the log-auditor is given now: the signed tree head, checked against the log's key.
absl::StatusOr<tlog::Checkpoint> ReadCheckpoint(Cluster& cluster);

// The stored bytes of entries [first, end); `end` 0 is the size at the time of the call.
absl::StatusOr<std::vector<std::string>> ReadEntries(Cluster& cluster, uint64_t first = 0,
                                                     uint64_t end = 0);
// One entry, parsed.
absl::StatusOr<v1::LogEntry> ReadEntry(Cluster& cluster, uint64_t index);
std::vector<v1::LogEntry> ParseEntries(const std::vector<std::string>& entries);

// The root of the tree over the first n entries, for each n from 0 to all of them.
std::vector<crypto::Digest> RootsOf(const std::vector<std::string>& entries);

// Offline, with the receipt and the log's public key alone: the checkpoint is signed, and the leaf
// is in its tree. Gives that checkpoint.
absl::StatusOr<tlog::Checkpoint> VerifyReceipt(const crypto::NoteVerifier& log,
                                               const v1::Receipt& receipt);

// Against the log's content: the leaf is that entry, and the receipt's checkpoint is of a tree over
// a beginning of these entries. `roots` are theirs.
absl::Status VerifyReceiptAgainst(const std::vector<std::string>& entries,
                                  const std::vector<crypto::Digest>& roots,
                                  const crypto::NoteVerifier& log, const v1::Receipt& receipt);

// The ledger's own proof that the tree it signed at `old_checkpoint` is a beginning of `now`.
absl::Status VerifyConsistent(Cluster& cluster, const tlog::Checkpoint& old_checkpoint,
                              const tlog::Checkpoint& now);
absl::StatusOr<tlog::Checkpoint> OpenCheckpoint(const crypto::NoteVerifier& log,
                                                const std::string& note);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_LOG_AUDIT_H_
