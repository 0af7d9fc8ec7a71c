#include "tools/note_key.h"

#include "absl/strings/ascii.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"

namespace concordat::tools {

absl::StatusOr<crypto::NoteVerifier> ReadVerifierKey(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StripTrailingAsciiWhitespace(&text);
  absl::StatusOr<crypto::NoteVerifier> verifier = crypto::NoteVerifier::Parse(text);
  if (!verifier.ok()) {
    return FieldError(path, "no verifier key", "one line name+hash+base64 (C2SP signed-note)");
  }
  return verifier;
}

}  // namespace concordat::tools
