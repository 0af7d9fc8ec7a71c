#include "services/common/text_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"
#include "base/str_cat.h"
#include "base/utf8.h"

namespace concordat::services {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsLayout(char c) { return c == '\t' || c == '\n' || c == '\r'; }

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

std::string Bytes(size_t count) { return absl::StrCat(count, count == 1 ? " byte" : " bytes"); }

}  // namespace

absl::Status CheckText(const FieldPath& path, std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return path.Error(Bytes(text.size()), absl::StrCat("at most ", bytes_max));
  }
  if (!CountCodePoints(text).has_value()) return path.Error("bytes that are not UTF-8", "UTF-8");
  if (std::any_of(text.begin(), text.end(), [](char c) { return IsControl(c) && !IsLayout(c); })) {
    return path.Error("a control character", "text");
  }
  return absl::OkStatus();
}

absl::Status CheckOptionalId(const FieldPath& path, std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return path.Error(Bytes(text.size()), absl::StrCat("at most ", bytes_max));
  }
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (!printable) {
    return path.Error("a character outside printable ASCII", "printable ASCII characters");
  }
  if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) {
    return path.Error("a space at an end", "no space at an end");
  }
  return absl::OkStatus();
}

absl::Status CheckId(const FieldPath& path, std::string_view text, size_t bytes_max) {
  if (text.empty()) {
    return path.Error("an empty string",
                      absl::StrCat("1 to ", bytes_max, " printable ASCII characters"));
  }
  return CheckOptionalId(path, text, bytes_max);
}

absl::Status CheckName(const FieldPath& path, std::string_view text) {
  const std::string want = absl::StrCat("1 to ", kNameCharsMax, " characters on one line");
  const std::optional<size_t> length = CountCodePoints(text);
  if (!length.has_value()) return path.Error("bytes that are not UTF-8", want);
  if (*length > kNameCharsMax) return path.Error(absl::StrCat(*length, " characters"), want);
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return path.Error("a control character", want);
  }
  if (text.find_first_not_of(' ') == std::string_view::npos)
    return path.Error("no character", want);
  return absl::OkStatus();
}

absl::Status CheckDate(const FieldPath& path, std::string_view text, absl::CivilDay last) {
  constexpr char kWant[] = "a calendar date YYYY-MM-DD";
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !AllDigits(text.substr(0, 4)) ||
      !AllDigits(text.substr(5, 2)) || !AllDigits(text.substr(8, 2))) {
    return path.Error("another form", kWant);
  }
  int year = 0;
  int month = 0;
  int day = 0;
  if (!absl::SimpleAtoi(ToAbsl(text.substr(0, 4)), &year) ||
      !absl::SimpleAtoi(ToAbsl(text.substr(5, 2)), &month) ||
      !absl::SimpleAtoi(ToAbsl(text.substr(8, 2)), &day)) {
    return path.Error("another form", kWant);
  }
  // CivilDay normalises 30 February to 1 or 2 March; a day that changes does not exist.
  const absl::CivilDay date(year, month, day);
  if (date.month() != month || date.day() != day) {
    return path.Error("a day that does not exist", kWant);
  }
  if (date < absl::CivilDay(1900, 1, 1)) return path.Error("a day before 1900", kWant);
  if (date > last) return path.Error("a day in the future", kWant);
  return absl::OkStatus();
}

absl::Status CheckLocalAuthority(const FieldPath& path, std::string_view text) {
  constexpr char kWant[] = "a local authority's GSS code such as E06000009";
  if (text.size() != 9 || std::string_view("EWSN").find(text[0]) == std::string_view::npos ||
      !AllDigits(text.substr(1))) {
    return path.Error("another form", kWant);
  }
  if (text.substr(0, 3) == "E23" || text.substr(0, 3) == "W15") {
    return path.Error("a police area's code", kWant);
  }
  return absl::OkStatus();
}

absl::Status CheckDigits(const FieldPath& path, std::string_view text, size_t digits_max) {
  const std::string want = absl::StrCat("1 to ", digits_max, " digits");
  if (text.empty() || text.size() > digits_max) {
    return path.Error(absl::StrCat(text.size(), " characters"), want);
  }
  if (!AllDigits(text)) return path.Error("a character that is no digit", want);
  return absl::OkStatus();
}

absl::Status CheckAuthorityReference(const FieldPath& path, std::string_view text) {
  const std::string want = absl::StrCat("1 to ", kAuthorityReferenceBytesMax,
                                        " of A-Z, a-z, 0-9, '/', '.', '_' and '-'");
  if (text.empty()) return path.Error("nothing", want);
  if (text.size() > kAuthorityReferenceBytesMax) {
    return path.Error(absl::StrCat(text.size(), " bytes"), want);
  }
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '/' || c == '.' || c == '_' || c == '-';
  });
  return plain ? absl::OkStatus() : path.Error("another character", want);
}

}  // namespace concordat::services
