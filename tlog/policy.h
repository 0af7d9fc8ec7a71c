// C2SP tlog-policy (c2sp.org/tlog-policy): which logs and witnesses somebody trusts, and how many
// of the witnesses must have cosigned a checkpoint before it counts. Immutable, copyable and
// thread-safe.
//
//   log lancashire.concordat.test/log+1d9b8d5f+AW3...
//   witness county <vkey> https://county.test/witness
//   witness police <vkey>
//   witness health <vkey>
//   group agencies 2 county police health
//   quorum agencies
#ifndef CONCORDAT_TLOG_POLICY_H_
#define CONCORDAT_TLOG_POLICY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tlog/cosignature.h"

namespace concordat::tlog {

// Logs, witnesses and groups that one policy may have, of each. The specification asks for 32.
inline constexpr size_t kPolicyItemsMax = 256;

class Policy {
 public:
  struct Witness {
    std::string name;  // The policy's own name for it; its key has another.
    CosignatureVerifier key;
    std::string url;  // The submission prefix; empty where the policy has none.
  };

  // The whole grammar, and nothing beyond it. INVALID_ARGUMENT "policy line N: got ..., want ..."
  // for any other line, a key of another type, a key or name that comes twice, a group member that
  // is not defined above, that is "none" or that is a member already, a threshold out of 1 to n in
  // canonical decimal, and any line count of `quorum` but one.
  static absl::StatusOr<Policy> Parse(std::string_view text);

  // In the order of the text; a log whose key changed has a line for each key.
  const std::vector<crypto::NoteVerifier>& logs() const { return logs_; }
  const std::vector<std::string>& log_urls() const {
    return log_urls_;
  }  // As many; empty where there is none.
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  bool wants_cosignatures() const { return quorum_.has_value(); }  // Not "quorum none".

  // The checkpoint of a note that one of the policy's logs signed and a quorum cosigned. Errors of
  // OpenCheckpoint, then of CheckQuorum. A policy that lists no log takes no checkpoint here.
  absl::StatusOr<Checkpoint> Check(std::string_view note) const;

  // The witnesses alone, for who knows the log's key otherwise.
  //   FAILED_PRECONDITION  the quorum is not met; names what has too few and what it lacks
  //   DATA_LOSS            a cosignature by one of the witnesses that does not verify
  absl::Status CheckQuorum(const crypto::SignedNote& note) const;

 private:
  friend class PolicyReader;

  // A witness or a group, in the order of the text: a group's members all come before it.
  struct Name {
    std::string name;
    size_t threshold = 0;         // Of a group.
    std::vector<size_t> members;  // Positions in names_; empty for a witness.
    size_t witness = 0;           // Position in witnesses_, of a witness.
  };

  Policy() = default;

  // What an unmet name has and lacks, members of members included.
  std::string Shortfall(size_t name, const std::vector<bool>& met) const;

  std::vector<crypto::NoteVerifier> logs_;
  std::vector<std::string> log_urls_;
  std::vector<Witness> witnesses_;
  std::vector<Name> names_;
  std::optional<size_t> quorum_;  // Position in names_; nullopt for "none".
};

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_POLICY_H_
