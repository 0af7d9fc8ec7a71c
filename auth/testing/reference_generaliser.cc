#include "auth/testing/reference_generaliser.h"

#include <cctype>
#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>

#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"

namespace concordat::auth::testing {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

std::optional<std::string> InitialsOf(const std::string& name) {
  std::string letters;
  std::istringstream words(name);
  for (std::string word; std::getline(words, word, ' ');) {
    if (!word.empty() && IsLetter(word[0])) letters += Upper(word[0]);
  }
  if (letters.empty()) return std::nullopt;
  const std::string first = letters.substr(0, 1) + ".";
  return letters.size() == 1 ? first : first + " " + letters.back() + ".";
}

int DaysIn(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

std::optional<std::string> AgeBandOf(const std::string& born, absl::Time at) {
  if (at == absl::InfiniteFuture() || at == absl::InfinitePast() || born.size() != 10) {
    return std::nullopt;
  }
  for (size_t i = 0; i < born.size(); ++i) {
    if (i == 4 || i == 7 ? born[i] != '-' : !IsDigit(born[i])) return std::nullopt;
  }
  int year = 0, month = 0, day = 0;
  if (!absl::SimpleAtoi(born.substr(0, 4), &year) || !absl::SimpleAtoi(born.substr(5, 2), &month) ||
      !absl::SimpleAtoi(born.substr(8, 2), &day)) {
    return std::nullopt;
  }
  if (month < 1 || month > 12 || day < 1 || day > DaysIn(year, month)) return std::nullopt;
  const absl::CivilDay now = absl::ToCivilDay(at, absl::UTCTimeZone());
  const auto today = std::make_tuple(static_cast<int>(now.year()), now.month(), now.day());
  if (std::make_tuple(year, month, day) > today) return std::nullopt;
  int age = 0;
  while (std::make_tuple(year + age + 1, month, day) <= today) ++age;
  if (age > 130) return std::nullopt;
  std::string band;
  const struct {
    int from;
    const char* name;
  } bands[] = {{0, "under 5"}, {5, "5-11"},   {12, "12-15"}, {16, "16-17"},
               {18, "18-24"},  {25, "25-34"}, {35, "35-44"}, {45, "45-54"},
               {55, "55-64"},  {65, "65-74"}, {75, "75+"}};
  for (const auto& each : bands) {
    if (age >= each.from) band = each.name;
  }
  return band;
}

// Area of one or two letters, a digit, perhaps a digit or letter; one space or none; digit, two
// letters.
std::optional<std::string> OutwardCodeOf(const std::string& postcode) {
  std::string outward;
  size_t at = 0;
  const auto take = [&](bool (*is)(char)) {
    if (at >= postcode.size() || !is(postcode[at])) return false;
    outward += Upper(postcode[at++]);
    return true;
  };
  if (postcode.size() < 5) return std::nullopt;
  const size_t inward = postcode.size() - 3;
  if (!IsDigit(postcode[inward]) || !IsLetter(postcode[inward + 1]) ||
      !IsLetter(postcode[inward + 2])) {
    return std::nullopt;
  }
  if (!take(IsLetter)) return std::nullopt;
  take(IsLetter);
  if (!take(IsDigit)) return std::nullopt;
  if (at < inward && !take(IsDigit)) take(IsLetter);
  if (at < inward && postcode[at] == ' ') ++at;
  return at == inward ? std::optional<std::string>(outward) : std::nullopt;
}

}  // namespace

std::optional<std::string> ReferenceGeneralise(v1::Generaliser form, const std::string& text,
                                               absl::Time event_time) {
  switch (form) {
    case v1::INITIALS:
      return InitialsOf(text);
    case v1::AGE_BAND:
      return AgeBandOf(text, event_time);
    case v1::OUTWARD_CODE:
      return OutwardCodeOf(text);
    case v1::WHOLE:
      return text;
    default:
      return std::nullopt;
  }
}

std::optional<google::protobuf::Timestamp> ReferenceDay(const google::protobuf::Timestamp& time) {
  const absl::CivilSecond moment =
      absl::ToCivilSecond(absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
  if (moment.year() < 1 || moment.year() > 9999) return std::nullopt;
  if (time.nanos() < 0 || time.nanos() >= 1000000000) return std::nullopt;
  google::protobuf::Timestamp day;
  day.set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(absl::CivilDay(moment), absl::UTCTimeZone())));
  return day;
}

}  // namespace concordat::auth::testing
