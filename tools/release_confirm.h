// Signing for what was received, and keeping both signatures.
#ifndef CONCORDAT_TOOLS_RELEASE_CONFIRM_H_
#define CONCORDAT_TOOLS_RELEASE_CONFIRM_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/governance.pb.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"
#include "tools/log_trust.h"

namespace concordat::tools {

// The two calls of Governance that it needs.
struct ReleaseCalls {
  std::function<absl::StatusOr<v1::Release>(const v1::GetReleaseRequest&)> get;
  std::function<absl::StatusOr<v1::Receipt>(const v1::ConfirmReleaseRequest&)> confirm;
};

// Signs only for what is so: the log proves, to what `trust` knows, that the entry is a release to
// the agency of `key` of exactly the bytes received, whose SHA-256 is `received`. Gives the release
// with both signatures, proven; a confirmation that was there before is kept when it is ours.
// DATA_LOSS, and nothing is signed, when something differs; the service's errors.
absl::StatusOr<v1::Release> ConfirmRelease(const ReleaseCalls& calls, v1::Purpose purpose,
                                           uint64_t disclosure_index,
                                           const crypto::Digest& received, const LogTrust& trust,
                                           const crypto::NoteSigner& key);

// A file with one C2SP signed-note private key (pki confirmation-key). The file's error, or
// INVALID_ARGUMENT naming the path.
absl::StatusOr<crypto::NoteSigner> ReadConfirmationKey(const std::string& path);
// The same for the public half.
absl::StatusOr<crypto::NoteVerifier> ReadConfirmationPublicKey(const std::string& path);

// Adds releases to a file, one JSON object a line, durably; readable by its owner alone.
absl::Status KeepRelease(const std::string& path, const v1::Release& release);
// All of them; INVALID_ARGUMENT naming the line that holds none.
absl::StatusOr<std::vector<v1::Release>> ReadKeptReleases(const std::string& path);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RELEASE_CONFIRM_H_
