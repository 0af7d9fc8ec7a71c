// A log's public keys as `pki log-key` writes them.
#ifndef CONCORDAT_TOOLS_NOTE_KEY_H_
#define CONCORDAT_TOOLS_NOTE_KEY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/signed_note.h"

namespace concordat::tools {

// A file with one C2SP verifier key a line: the log's key, and after a rotation those before it,
// which old receipts are signed with. The file's error, or INVALID_ARGUMENT naming path and line:
// no key, none at all, one that comes twice, or keys of different logs.
absl::StatusOr<std::vector<crypto::NoteVerifier>> ReadVerifierKeys(const std::string& path);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_NOTE_KEY_H_
