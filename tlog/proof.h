// C2SP tlog-proof (c2sp.org/tlog-proof): the proof that an entry is in a log, checkable offline
// with the log's key, or with a policy of log and witness keys. Pure and thread-safe.
//
//   c2sp.org/tlog-proof@v1
//   extra YWdlLXYx...                                  optional, opaque, proven by nothing
//   index 73894
//   gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=       the inclusion proof, from the leaf up
//                                                      an empty line, then the signed checkpoint
//   example.com/fancylog
//   109482
//   sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
//
//   — example.com/fancylog hI2DJw...
#ifndef CONCORDAT_TLOG_PROOF_H_
#define CONCORDAT_TLOG_PROOF_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/policy.h"

namespace concordat::tlog {

inline constexpr size_t kTlogProofHashesMax = 64;  // A tree of 64-bit size is not deeper.
inline constexpr size_t kTlogProofBytesMax = 2 * kNoteBytesMax;

struct TlogProof {
  std::optional<std::string> extra;  // Bytes; never empty. Not authenticated.
  LeafIndex index;
  std::vector<crypto::Digest> inclusion;  // RFC 6962 section 2.1.1.
  std::string checkpoint_note;            // As it was signed, byte for byte.
};

// INVALID_ARGUMENT for a proof that ParseProof would not take.
absl::StatusOr<std::string> FormatProof(const TlogProof& proof);

// INVALID_ARGUMENT "tlog-proof line N: got ..., want ...", unless `text` has exactly this form:
// canonical numbers and base64, newlines alone, at most kTlogProofHashesMax hashes and
// kTlogProofBytesMax bytes, and a signed note of a checkpoint text at its end. Nothing is verified.
absl::StatusOr<TlogProof> ParseProof(std::string_view text);

// The checkpoint under which the entry of this hash (RFC 6962 section 2.1) is in the log at the
// proof's index. The message begins with what failed:
//   "signed note"      INVALID_ARGUMENT, NOT_FOUND (not signed by a known key) or DATA_LOSS (a
//                      known key's signature does not verify)
//   "checkpoint"       INVALID_ARGUMENT (no checkpoint) or NOT_FOUND (another log)
//   "quorum", "cosignature"  see Policy::CheckQuorum
//   "leaf index"       INVALID_ARGUMENT: not below the checkpoint's size
//   "proof"            INVALID_ARGUMENT: too many hashes or too few
//   "inclusion proof"  INVALID_ARGUMENT: the entry, its index or the hashes are not those of the
//                      checkpoint's root
absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof, const crypto::Digest& leaf_hash,
                                       absl::Span<const crypto::NoteVerifier> log_keys);
absl::StatusOr<Checkpoint> VerifyProof(const TlogProof& proof, const crypto::Digest& leaf_hash,
                                       const Policy& policy);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_PROOF_H_
