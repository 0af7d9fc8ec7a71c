#include "base/person_identifiers.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat {
namespace {

constexpr std::string_view kCheckLetters = "ZABCDEFGHJKLMNPQRTUVWXY";
static_assert(kCheckLetters.size() == 23);

constexpr size_t kPncSerialDigits = 7;
constexpr size_t kCroSerialDigits = 6;
constexpr size_t kNhsDigits = 10;

enum class Fault { kForm, kPlaceholder, kCheckLetter, kCheckDigit };

// Either what is wrong, or the one spelling for matching.
struct Reading {
  std::optional<Fault> fault;
  std::string canonical;
};

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool AllZeros(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

// `digits` are decimal, at most 19 of them.
uint64_t Number(std::string_view digits) {
  uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<uint64_t>(c - '0');
  return number;
}

std::string PadTo(size_t digits, std::string_view serial) {
  return std::string(digits - serial.size(), '0').append(serial);
}

char CheckLetter(std::string_view year, std::string_view serial) {
  return kCheckLetters[Number(StrCat(year, serial)) % kCheckLetters.size()];
}

Reading ReadSerial(std::string_view year, std::string_view serial, char letter,
                   std::string canonical) {
  if (AllZeros(serial)) return {Fault::kPlaceholder, ""};
  if (letter != CheckLetter(year, serial)) return {Fault::kCheckLetter, ""};
  return {std::nullopt, std::move(canonical)};
}

Reading ReadPncId(std::string_view value) {
  const Reading other_form = {Fault::kForm, ""};
  const size_t slash = value.find('/');
  if ((slash != 2 && slash != 4) || value.size() < slash + 3) return other_form;
  const std::string_view year = value.substr(0, slash);
  const std::string_view serial = value.substr(slash + 1, value.size() - slash - 2);
  const char letter = absl::ascii_toupper(value.back());
  if (!AllDigits(year) || !AllDigits(serial) || serial.size() > kPncSerialDigits ||
      !absl::ascii_isupper(letter)) {
    return other_form;
  }
  std::string full_year(year);
  if (year.size() == 2) full_year.insert(0, Number(year) >= 50 ? "19" : "20");
  if (Number(full_year) < 1900 || Number(full_year) > 2099) return other_form;
  const std::string padded = PadTo(kPncSerialDigits, serial);
  return ReadSerial(full_year.substr(2), padded, letter,
                    StrCat(full_year, "/", padded, std::string_view(&letter, 1)));
}

// SFYY/N..NC, `value` in upper case.
Reading ReadSearchFileNumber(std::string_view value) {
  if (value.size() < 7 || value[4] != '/') return {Fault::kForm, ""};
  const std::string_view year = value.substr(2, 2);
  const std::string_view serial = value.substr(5, value.size() - 6);
  if (!AllDigits(year) || !AllDigits(serial) || serial.size() > kCroSerialDigits ||
      !absl::ascii_isupper(value.back())) {
    return {Fault::kForm, ""};
  }
  // A leading zero would change the letter's number, so it is not a lost or added one.
  if (serial.front() == '0' && !AllZeros(serial)) return {Fault::kForm, ""};
  return ReadSerial(year, serial, value.back(), std::string(value));
}

Reading ReadCroNumber(std::string_view given) {
  const std::string value = absl::AsciiStrToUpper(ToAbsl(given));
  if (value.compare(0, 2, "SF") == 0) return ReadSearchFileNumber(value);
  const size_t slash = value.find('/');
  if (slash == value.npos || slash < 1 || slash > kCroSerialDigits || value.size() != slash + 4) {
    return {Fault::kForm, ""};
  }
  const std::string serial = value.substr(0, slash);
  const std::string year = value.substr(slash + 1, 2);
  if (!AllDigits(serial) || !AllDigits(year) || !absl::ascii_isupper(value.back())) {
    return {Fault::kForm, ""};
  }
  const std::string padded = PadTo(kCroSerialDigits, serial);
  return ReadSerial(year, padded, value.back(), padded + value.substr(slash));
}

Reading ReadNhsNumber(std::string_view value) {
  if (value.size() != kNhsDigits || !AllDigits(value)) return {Fault::kForm, ""};
  if (value.find_first_not_of(value.front()) == value.npos) return {Fault::kPlaceholder, ""};
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (value[i] - '0') * (10 - i);
  const int check = (11 - sum % 11) % 11;
  if (check == 10 || check != value.back() - '0') return {Fault::kCheckDigit, ""};
  return {std::nullopt, std::string(value)};
}

std::string Describe(std::string_view value, Fault fault) {
  switch (fault) {
    case Fault::kForm:
      if (value.empty()) return "an empty string";
      return StrCat(value.size(), AllDigits(value) ? " digits" : " bytes of another form");
    case Fault::kPlaceholder:
      return "a placeholder";
    case Fault::kCheckLetter:
      return "a check letter that does not match";
    case Fault::kCheckDigit:
      return "a check digit that does not match";
  }
  return "another form";
}

absl::Status Check(std::string_view field, std::string_view value, const Reading& reading,
                   std::string_view want) {
  if (!reading.fault.has_value()) return absl::OkStatus();
  return FieldError(field, Describe(value, *reading.fault), want);
}

}  // namespace

absl::Status CheckPncId(std::string_view field, std::string_view value) {
  return Check(field, value, ReadPncId(value), "YYYY/NNNNNNNC with its check letter");
}

absl::Status CheckCroNumber(std::string_view field, std::string_view value) {
  return Check(field, value, ReadCroNumber(value),
               "NNNNNN/YYC or SFYY/NNNNNNC with its check letter");
}

absl::Status CheckNhsNumber(std::string_view field, std::string_view value) {
  return Check(field, value, ReadNhsNumber(value), "10 digits with their check digit");
}

std::string CanonicalPncId(std::string_view value) { return ReadPncId(value).canonical; }

std::string CanonicalCroNumber(std::string_view value) { return ReadCroNumber(value).canonical; }

std::string CanonicalNhsNumber(std::string_view value) { return ReadNhsNumber(value).canonical; }

}  // namespace concordat
