// What the recipient of a release signs for: that it received, under this entry of the log, exactly
// the bytes of this digest. A signed note (c2sp.org/signed-note) by the recipient's own key, so
// that either side can show both signatures: the log's, over the entry, and the recipient's. Pure.
//
//   concordat release confirmation v1
//   lancashire.concordat.test/log                    the log's origin
//   4711                                             the disclosure's leaf index
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     its leaf hash (RFC 6962 section 2.1)
//   ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=     SHA-256 of the released bytes
//   fcwa-victim-service                              the recipient's agency
#ifndef CONCORDAT_TLOG_RELEASE_CONFIRMATION_H_
#define CONCORDAT_TLOG_RELEASE_CONFIRMATION_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"

namespace concordat::tlog {

struct ReleaseConfirmation {
  std::string origin;
  LeafIndex disclosure;
  crypto::Digest leaf_hash;
  crypto::Digest released_digest;
  std::string agency;
};

// The note's text, each line ended by a newline. Origin and agency hold no newline.
std::string ReleaseConfirmationText(const ReleaseConfirmation& confirmation);

// INVALID_ARGUMENT "release confirmation line N: got ..., want ...", unless `text` is exactly six
// such lines, with canonical numbers and base64.
absl::StatusOr<ReleaseConfirmation> ParseReleaseConfirmationText(std::string_view text);

// Whether `note` says exactly what `expected` does, signed by the recipient's `key`.
//   INVALID_ARGUMENT  no signed note, no confirmation, or one of something else: the first
//                     line that differs is named
//   NOT_FOUND         not signed by this key
//   DATA_LOSS         a signature by this key that does not verify
absl::Status VerifyReleaseConfirmation(std::string_view note, const crypto::NoteVerifier& key,
                                       const ReleaseConfirmation& expected);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_RELEASE_CONFIRMATION_H_
