#include "tlog/text_fields.h"

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "base/base64.h"
#include "base/str_cat.h"

namespace concordat::tlog {

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  uint64_t value;
  // The round trip refuses signs, blanks and leading zeros, which would give one number two texts.
  if (!absl::SimpleAtoi(ToAbsl(text), &value) || StrCat(value) != text) return std::nullopt;
  return value;
}

std::optional<crypto::Digest> ParseHash(std::string_view text) {
  const std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes.has_value()) return std::nullopt;
  const absl::StatusOr<crypto::Digest> hash = crypto::DigestFromBytes(*bytes);
  if (!hash.ok()) return std::nullopt;
  return *hash;
}

std::string FormatHash(const crypto::Digest& hash) { return EncodeBase64(crypto::AsBytes(hash)); }

std::optional<std::string_view> TakeLine(std::string_view* text) {
  const size_t newline = text->find('\n');
  if (newline == text->npos) return std::nullopt;
  const std::string_view line = text->substr(0, newline);
  text->remove_prefix(newline + 1);
  return line;
}

bool TakePrefix(std::string_view* text, std::string_view prefix) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace concordat::tlog
