#include "tools/note_key.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tools {

absl::StatusOr<std::vector<crypto::NoteVerifier>> ReadVerifierKeys(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  absl::StripTrailingAsciiWhitespace(&text);
  std::vector<crypto::NoteVerifier> keys;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    const std::string place = StrCat(path, " line ", keys.size() + 1);
    absl::StatusOr<crypto::NoteVerifier> key = crypto::NoteVerifier::Parse(line);
    if (!key.ok()) {
      return FieldError(place, "no verifier key", "name+hash+base64 (C2SP signed-note)");
    }
    for (const crypto::NoteVerifier& known : keys) {
      if (known.name() != key->name()) {
        return FieldError(place, "a key of another log", StrCat("one of ", keys.front().name()));
      }
      if (known.Encode() == line)
        return FieldError(place, "a key for the second time", "each once");
    }
    keys.push_back(*std::move(key));
  }
  return keys;
}

}  // namespace concordat::tools
