#include "tlog/release_confirmation.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/text_fields.h"

namespace concordat::tlog {
namespace {

constexpr std::string_view kTitle = "concordat release confirmation v1";
constexpr size_t kLines = 6;
using Lines = std::array<std::string_view, kLines>;

absl::Status LineError(size_t line, std::string_view got, std::string_view want) {
  return FieldError(StrCat("release confirmation line ", line + 1), got, want);
}

absl::StatusOr<Lines> SplitLines(std::string_view text) {
  Lines lines;
  for (size_t i = 0; i < kLines; ++i) {
    const std::optional<std::string_view> line = TakeLine(&text);
    if (!line.has_value() || line->empty()) return LineError(i, "nothing", "a line");
    lines[i] = *line;
  }
  if (!text.empty()) return LineError(kLines, "something", "six lines");
  return lines;
}

}  // namespace

std::string ReleaseConfirmationText(const ReleaseConfirmation& confirmation) {
  return StrCat(kTitle, "\n", confirmation.origin, "\n", confirmation.disclosure.value, "\n",
                FormatHash(confirmation.leaf_hash), "\n", FormatHash(confirmation.released_digest),
                "\n", confirmation.agency, "\n");
}

absl::StatusOr<ReleaseConfirmation> ParseReleaseConfirmationText(std::string_view text) {
  CONCORDAT_ASSIGN_OR_RETURN(const Lines lines, SplitLines(text));
  if (lines[0] != kTitle) return LineError(0, "another title", kTitle);
  const std::optional<uint64_t> index = ParseDecimal(lines[2]);
  if (!index.has_value()) return LineError(2, "no number", "a leaf index");
  const std::optional<crypto::Digest> leaf_hash = ParseHash(lines[3]);
  if (!leaf_hash.has_value()) return LineError(3, "no hash", "32 bytes in base64");
  const std::optional<crypto::Digest> released = ParseHash(lines[4]);
  if (!released.has_value()) return LineError(4, "no hash", "32 bytes in base64");
  return ReleaseConfirmation{std::string(lines[1]), LeafIndex{*index}, *leaf_hash, *released,
                             std::string(lines[5])};
}

absl::Status VerifyReleaseConfirmation(std::string_view note, const crypto::NoteVerifier& key,
                                       const ReleaseConfirmation& expected) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, key.Verify(note));
  CONCORDAT_RETURN_IF_ERROR(ParseReleaseConfirmationText(text).status());
  CONCORDAT_ASSIGN_OR_RETURN(const Lines got, SplitLines(text));
  const std::string expected_text = ReleaseConfirmationText(expected);
  CONCORDAT_ASSIGN_OR_RETURN(const Lines want, SplitLines(expected_text));
  for (size_t i = 0; i < kLines; ++i) {
    if (got[i] != want[i]) return LineError(i, got[i], want[i]);
  }
  return absl::OkStatus();
}

}  // namespace concordat::tlog
