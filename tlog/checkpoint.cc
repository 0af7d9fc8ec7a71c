#include "tlog/checkpoint.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tlog {
namespace {

absl::StatusOr<TreeSize> ParseSize(std::string_view line) {
  TreeSize size;
  // The round trip refuses signs, blanks and leading zeros, which would give one checkpoint two
  // texts.
  if (!absl::SimpleAtoi(ToAbsl(line), &size.value) || StrCat(size.value) != line) {
    return FieldError("checkpoint line 2", "something else", "a tree size in canonical decimal");
  }
  return size;
}

absl::StatusOr<crypto::Digest> ParseRoot(std::string_view line) {
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(line), &bytes) || absl::Base64Escape(bytes) != ToAbsl(line)) {
    return FieldError("checkpoint line 3", "something else", "a root hash in canonical base64");
  }
  if (bytes.size() != crypto::Digest().size()) {
    return FieldError("checkpoint line 3", StrCat(bytes.size(), " bytes"), "32 bytes");
  }
  return crypto::DigestFromBytes(bytes);
}

}  // namespace

std::string CheckpointText(std::string_view origin, TreeSize size, const crypto::Digest& root) {
  return StrCat(origin, "\n", size.value, "\n", absl::Base64Escape(ToAbsl(crypto::AsBytes(root))),
                "\n");
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

}  // namespace concordat::tlog
