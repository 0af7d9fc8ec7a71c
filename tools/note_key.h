// The log's public key as `pki log-key` writes it.
#ifndef CONCORDAT_TOOLS_NOTE_KEY_H_
#define CONCORDAT_TOOLS_NOTE_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/signed_note.h"

namespace concordat::tools {

// A file with one C2SP verifier key and a newline. The file's error, or INVALID_ARGUMENT naming the
// path.
absl::StatusOr<crypto::NoteVerifier> ReadVerifierKey(const std::string& path);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_NOTE_KEY_H_
