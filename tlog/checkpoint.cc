#include "tlog/checkpoint.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/base64.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {
namespace {

absl::StatusOr<TreeSize> ParseSize(std::string_view line) {
  const std::optional<uint64_t> size = ParseDecimal(line);
  if (!size.has_value()) {
    return FieldError("checkpoint line 2", "something else", "a tree size in canonical decimal");
  }
  return TreeSize{*size};
}

absl::StatusOr<crypto::Digest> ParseRoot(std::string_view line) {
  const std::optional<std::string> bytes = DecodeBase64(line);
  if (!bytes.has_value()) {
    return FieldError("checkpoint line 3", "something else", "a root hash in canonical base64");
  }
  if (bytes->size() != crypto::Digest().size()) {
    return FieldError("checkpoint line 3", StrCat(bytes->size(), " bytes"), "32 bytes");
  }
  return crypto::DigestFromBytes(*bytes);
}

}  // namespace

std::string CheckpointText(std::string_view origin, TreeSize size, const crypto::Digest& root) {
  return StrCat(origin, "\n", size.value, "\n", FormatHash(root), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text) {
  if (text.empty() || text.back() != '\n') {
    return FieldError("checkpoint", "a last line without a newline", "every line ended by one");
  }
  text.remove_suffix(1);
  const std::vector<absl::string_view> lines = absl::StrSplit(ToAbsl(text), '\n');
  if (lines.size() < 3) {
    return FieldError("checkpoint", StrCat(lines.size(), " lines"), "3 or more");
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) {
      return FieldError(StrCat("checkpoint line ", i + 1), "an empty line", "text");
    }
  }
  CONCORDAT_ASSIGN_OR_RETURN(const TreeSize size, ParseSize(ToStd(lines[1])));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::Digest root, ParseRoot(ToStd(lines[2])));
  return Checkpoint{std::string(lines[0]), size, root};
}

absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note,
                                          absl::Span<const crypto::NoteVerifier> log_keys) {
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote parsed, crypto::ParseSignedNote(note));
  return OpenCheckpoint(parsed, log_keys);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(const crypto::SignedNote& note,
                                          absl::Span<const crypto::NoteVerifier> log_keys) {
  CONCORDAT_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpointText(note.text));
  std::vector<crypto::NoteVerifier> keys;
  std::copy_if(log_keys.begin(), log_keys.end(), std::back_inserter(keys),
               [&](const auto& key) { return key.name() == checkpoint.origin; });
  if (keys.empty()) {
    std::string known;
    for (const auto& key : log_keys) StrAppend(&known, known.empty() ? "" : ", ", key.name());
    return absl::NotFoundError(StrCat("checkpoint: got origin ", checkpoint.origin,
                                      ", want one with a known log key (", known, ")"));
  }
  CONCORDAT_RETURN_IF_ERROR(crypto::VerifyNote(note, keys).status());
  return checkpoint;
}

}  // namespace concordat::tlog
