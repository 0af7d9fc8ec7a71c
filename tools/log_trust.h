// What a command trusts to tell it the truth about a log: the log's keys alone, or a policy of logs
// and witnesses.
#ifndef CONCORDAT_TOOLS_LOG_TRUST_H_
#define CONCORDAT_TOOLS_LOG_TRUST_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/policy.h"
#include "tlog/proof.h"
#include "tools/flags.h"

namespace concordat::tools {

// Immutable and thread-safe.
class LogTrust {
 public:
  explicit LogTrust(std::vector<crypto::NoteVerifier> keys) : keys_(std::move(keys)) {}
  explicit LogTrust(tlog::Policy policy) : keys_(policy.logs()), policy_(std::move(policy)) {}

  const std::vector<crypto::NoteVerifier>& keys() const { return keys_; }
  // Null without one.
  const tlog::Policy* policy() const { return policy_.has_value() ? &*policy_ : nullptr; }
  bool wants_cosignatures() const { return policy_.has_value() && policy_->wants_cosignatures(); }

  // The checkpoint in `note`, signed by a known key of its log. DATA_LOSS naming `source` and what
  // is wrong: no signature by such a key, a false one, another origin, a text that is no
  // checkpoint.
  absl::StatusOr<tlog::Checkpoint> Open(const std::string& note, const std::string& source) const;

  // The same, and the policy's quorum cosigned it, if it asks for one.
  absl::StatusOr<tlog::Checkpoint> OpenCosigned(const std::string& note,
                                                const std::string& source) const;

  // tlog::VerifyProof, with the quorum if the policy asks for one.
  absl::StatusOr<tlog::Checkpoint> Verify(const tlog::TlogProof& proof,
                                          const crypto::Digest& leaf_hash) const;

 private:
  std::vector<crypto::NoteVerifier> keys_;
  std::optional<tlog::Policy> policy_;
};

// --log-key and --policy, of which a command wants one.
struct TrustFlags {
  std::string log_key;
  std::string policy;

  void AddTo(FlagTable* table);
  bool Complete() const { return log_key.empty() != policy.empty(); }
  // INVALID_ARGUMENT unless exactly one is given; otherwise the file's error, naming its path.
  absl::StatusOr<LogTrust> Load() const;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_TRUST_H_
