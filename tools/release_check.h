// What was released to an agency, proven offline: by the log's signature over the disclosure's
// entry, and by the recipient's over what it received. Pure.
#ifndef CONCORDAT_TOOLS_RELEASE_CHECK_H_
#define CONCORDAT_TOOLS_RELEASE_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tlog/release_confirmation.h"
#include "tools/log_trust.h"

namespace concordat::tools {

// A release whose entry is in the log.
struct ProvenRelease {
  v1::LogEntry entry;
  std::string origin;
  crypto::Digest leaf_hash;
  crypto::Digest released_digest;
};

// DATA_LOSS, naming what failed, unless the entry is a DISCLOSURE of the receipt's index and leaf
// hash, and the receipt proves it in a log that `trust` knows.
absl::StatusOr<ProvenRelease> ProveRelease(const v1::Release& release, const LogTrust& trust);

// What `agency` signs for it. DATA_LOSS when the release was not to that agency.
absl::StatusOr<tlog::ReleaseConfirmation> ConfirmationOf(const ProvenRelease& proven,
                                                         const std::string& agency);

// Whether the release's confirmation is its recipient's, by `key` (auth::ConfirmationKeyName), and
// the receipt of the confirmation holds. NOT_FOUND when there is none; DATA_LOSS otherwise, naming
// what failed.
absl::Status CheckConfirmation(const v1::Release& release, const ProvenRelease& proven,
                               const crypto::NoteVerifier& key, const LogTrust& trust);

// SHA-256 of the exact bytes of the events, as a disclosure's entry has it.
crypto::Digest ReleasedDigest(const google::protobuf::RepeatedPtrField<v1::ReleasedEvent>& events);

// The agency that a confirmation key is named after: what follows the name's last '/'.
std::string AgencyOfKey(const crypto::NoteVerifier& key);

// What the log says of the release: when, to whom, why, which records and classes, by which rules
// and policy.
std::string ReleaseText(const ProvenRelease& proven);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RELEASE_CHECK_H_
