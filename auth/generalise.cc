#include "auth/generalise.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/str_cat.h"
#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace concordat::auth {
namespace {

constexpr int kAgeYearsMax = 130;

// The first letter of `word`, upper case where ASCII; empty when it begins with anything else. Two
// bytes of UTF-8 reach U+07FF, of which the letters from U+00C0 to U+052F count.
std::string FirstLetter(std::string_view word) {
  const auto first = static_cast<unsigned char>(word.front());
  if (absl::ascii_isalpha(first)) return std::string(1, absl::ascii_toupper(first));
  if (word.size() < 2 || (first & 0xE0) != 0xC0) return "";
  const auto second = static_cast<unsigned char>(word[1]);
  if ((second & 0xC0) != 0x80) return "";
  const uint32_t code_point = ((first & 0x1Fu) << 6) | (second & 0x3Fu);
  const bool is_letter = code_point >= 0xC0 && code_point <= 0x52F && code_point != 0xD7 &&
                         code_point != 0xF7 && (code_point < 0x2B0 || code_point > 0x36F);
  return is_letter ? std::string(word.substr(0, 2)) : "";
}

struct AgeLimit {
  int years_below;
  std::string_view band;
};
constexpr AgeLimit kAgeBands[] = {
    {5, "under 5"}, {12, "5-11"},  {16, "12-15"}, {18, "16-17"}, {25, "18-24"},
    {35, "25-34"},  {45, "35-44"}, {55, "45-54"}, {65, "55-64"}, {75, "65-74"},
};
constexpr std::string_view kOldestBand = "75+";

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<absl::CivilDay> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text.substr(0, 4));
  const auto month = Digits(text.substr(5, 2));
  const auto day = Digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  // CivilDay carries 31 February into March; a date that moved was none.
  const absl::CivilDay civil(*year, *month, *day);
  if (civil.year() != *year || civil.month() != *month || civil.day() != *day) return std::nullopt;
  return civil;
}

// The shape of a postcode: A a letter, 9 a digit, ? neither.
std::string Shape(std::string_view text) {
  std::string shape;
  for (char c : text) {
    const auto u = static_cast<unsigned char>(c);
    shape.push_back(absl::ascii_isalpha(u) ? 'A' : absl::ascii_isdigit(u) ? '9' : '?');
  }
  return shape;
}

constexpr std::string_view kOutwardShapes[] = {"A9", "A99", "AA9", "AA99", "A9A", "AA9A"};
constexpr std::string_view kInwardShape = "9AA";

}  // namespace

std::optional<std::string> Initials(std::string_view name) {
  std::string first, last;
  for (const absl::string_view word : absl::StrSplit(ToAbsl(name), ' ', absl::SkipEmpty())) {
    const std::string letter = FirstLetter(ToStd(word));
    if (!letter.empty()) (first.empty() ? first : last) = letter;
  }
  if (first.empty()) return std::nullopt;
  return last.empty() ? StrCat(first, ".") : StrCat(first, ". ", last, ".");
}

std::optional<std::string> AgeBand(std::string_view date_of_birth, absl::Time at) {
  const auto born = ParseDay(date_of_birth);
  if (!born || at == absl::InfiniteFuture() || at == absl::InfinitePast()) return std::nullopt;
  const absl::CivilDay today = absl::ToCivilDay(at, absl::UTCTimeZone());
  if (*born > today) return std::nullopt;
  auto years = today.year() - born->year();
  if (today.month() < born->month() ||
      (today.month() == born->month() && today.day() < born->day())) {
    --years;
  }
  if (years > kAgeYearsMax) return std::nullopt;
  for (const AgeLimit& limit : kAgeBands) {
    if (years < limit.years_below) return std::string(limit.band);
  }
  return std::string(kOldestBand);
}

std::optional<std::string> OutwardCode(std::string_view postcode) {
  if (postcode.size() < 5 || postcode.size() > 8) return std::nullopt;
  const std::string_view inward = postcode.substr(postcode.size() - 3);
  std::string_view outward = postcode.substr(0, postcode.size() - 3);
  if (outward.back() == ' ') outward.remove_suffix(1);
  if (Shape(inward) != kInwardShape) return std::nullopt;
  const std::string shape = Shape(outward);
  if (std::find(std::begin(kOutwardShapes), std::end(kOutwardShapes), shape) ==
      std::end(kOutwardShapes)) {
    return std::nullopt;
  }
  return absl::AsciiStrToUpper(ToAbsl(outward));
}

std::optional<google::protobuf::Timestamp> Day(const google::protobuf::Timestamp& time) {
  constexpr int64_t kSecondsMin = -62135596800;  // 0001-01-01T00:00:00Z
  constexpr int64_t kSecondsMax = 253402300799;  // 9999-12-31T23:59:59Z
  constexpr int64_t kDaySeconds = 24 * 60 * 60;
  if (time.seconds() < kSecondsMin || time.seconds() > kSecondsMax) return std::nullopt;
  if (time.nanos() < 0 || time.nanos() > 999999999) return std::nullopt;
  const int64_t into_day = ((time.seconds() % kDaySeconds) + kDaySeconds) % kDaySeconds;
  google::protobuf::Timestamp day;
  day.set_seconds(time.seconds() - into_day);
  return day;
}

std::optional<std::string> GeneraliseText(v1::Generaliser generaliser, std::string_view value,
                                          absl::Time event_time) {
  switch (generaliser) {
    case v1::INITIALS:
      return Initials(value);
    case v1::AGE_BAND:
      return AgeBand(value, event_time);
    case v1::OUTWARD_CODE:
      return OutwardCode(value);
    case v1::WHOLE:
      return std::string(value);
    default:  // NOTHING, DAY and whatever a later build may add.
      return std::nullopt;
  }
}

}  // namespace concordat::auth
