#include "base/person_identifiers.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/str_cat.h"

namespace concordat {
namespace {

using Check = absl::Status (*)(std::string_view, std::string_view);

constexpr std::string_view kLetters = "ZABCDEFGHJKLMNPQRTUVWXY";

// Every value here was made up from the published rules; none was issued to anybody.
constexpr std::string_view kPncIds[] = {"1979/0123456T", "2003/0062845E", "2024/0000001Q",
                                        "2016/9999999G"};
constexpr std::string_view kCroNumbers[] = {"265416/21G", "SF21/265416G", "123456/99L",
                                            "000001/05H", "SF05/1E"};
constexpr std::string_view kNhsNumbers[] = {"9434765919", "9990000018", "9990000026", "9990000034"};

void ExpectRefused(Check check, std::string_view value) {
  const absl::Status status = check("persons[0].external_ids[1].value", value);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << value;
  EXPECT_TRUE(absl::StartsWith(status.message(), "persons[0].external_ids[1].value: got "));
  if (value.size() > 2) {
    EXPECT_FALSE(absl::StrContains(status.message(), ToAbsl(value))) << status;
  }
}

// The last character of a right value replaced by each other one: exactly one was right.
void ExpectOnlyItsOwnCheckCharacter(Check check, std::string_view value) {
  for (int c = 0; c < 256; ++c) {
    std::string changed(value);
    changed.back() = static_cast<char>(c);
    const bool same = std::toupper(c) == value.back();
    EXPECT_EQ(check("f", changed).ok(), same) << changed;
  }
}

void ExpectNoDigitCanChange(Check check, std::string_view value) {
  for (size_t i = 0; i + 1 < value.size(); ++i) {
    if (value[i] < '0' || value[i] > '9') continue;
    for (char digit = '0'; digit <= '9'; ++digit) {
      if (digit == value[i]) continue;
      std::string changed(value);
      changed[i] = digit;
      EXPECT_FALSE(check("f", changed).ok()) << changed;
    }
  }
}

TEST(PersonIdentifiersTest, RefusesPncIdsOfAnotherForm) {
  for (const std::string_view bad : {"",
                                     "/",
                                     "1979",
                                     "1979/",
                                     "1979/T",
                                     "/0123456T",
                                     "1979/01234567T",
                                     "197/0123456T",
                                     "19790123456T",
                                     "1979-0123456T",
                                     "1979/0123456",
                                     "1979/0123456TT",
                                     " 1979/0123456T",
                                     "1979/0123456T ",
                                     "1979/012 456T",
                                     "1979/-123456T",
                                     "I979/0123456T",
                                     "1899/0123456T",
                                     "2100/0123456T",
                                     "1979/0123456/T"}) {
    ExpectRefused(CheckPncId, bad);
    EXPECT_EQ(CanonicalPncId(bad), "") << bad;
  }
}

TEST(PersonIdentifiersTest, RefusesEveryOtherCheckCharacter) {
  for (const auto value : kPncIds) ExpectOnlyItsOwnCheckCharacter(CheckPncId, value);
  for (const auto value : kCroNumbers) ExpectOnlyItsOwnCheckCharacter(CheckCroNumber, value);
  for (const auto value : kNhsNumbers) ExpectOnlyItsOwnCheckCharacter(CheckNhsNumber, value);
}

TEST(PersonIdentifiersTest, RefusesOneWrongDigitOfACroOrNhsNumber) {
  for (const auto value : kCroNumbers) ExpectNoDigitCanChange(CheckCroNumber, value);
  for (const auto value : kNhsNumbers) ExpectNoDigitCanChange(CheckNhsNumber, value);
}

TEST(PersonIdentifiersTest, RefusesOneWrongDigitOfAPncIdButOfTheCentury) {
  for (const auto value : kPncIds) {
    const std::string short_form(value.substr(2));
    ExpectNoDigitCanChange(CheckPncId, short_form);
  }
}

TEST(PersonIdentifiersTest, RefusesASerialOfZeroThoughItsLetterIsRight) {
  EXPECT_EQ(CheckPncId("f", "2000/0000000Z").message(),
            "f: got a placeholder, want YYYY/NNNNNNNC with its check letter");
  EXPECT_FALSE(CheckPncId("f", "2000/0Z").ok());
  EXPECT_FALSE(CheckCroNumber("f", "000000/00Z").ok());
  EXPECT_FALSE(CheckCroNumber("f", "SF00/0Z").ok());
}

TEST(PersonIdentifiersTest, RefusesCroNumbersOfAnotherForm) {
  for (const std::string_view bad : {"",
                                     "/",
                                     "SF",
                                     "SF21",
                                     "SF21/",
                                     "SF21/G",
                                     "SF21/2654161G",
                                     "SF21/0265416G",
                                     "SF05/01E",
                                     "SF2/265416G",
                                     "SF21265416G",
                                     "265416/2G",
                                     "265416/2021G",
                                     "265416/21",
                                     "265416/21GG",
                                     "0265416/21G",
                                     "/21G",
                                     "26541A/21G",
                                     "265416/A1G",
                                     "S21/265416G",
                                     "265416-21G",
                                     " 265416/21G"}) {
    ExpectRefused(CheckCroNumber, bad);
    EXPECT_EQ(CanonicalCroNumber(bad), "") << bad;
  }
}

TEST(PersonIdentifiersTest, RefusesNhsNumbersOfAnotherForm) {
  for (const std::string_view bad : {"", "943476591", "94347659190", "943 476 5919", "943476591X",
                                     "-434765919", "943476591\xB2"}) {
    ExpectRefused(CheckNhsNumber, bad);
    EXPECT_EQ(CanonicalNhsNumber(bad), "") << bad;
  }
  EXPECT_EQ(CheckNhsNumber("f", "943476591").message(),
            "f: got 9 digits, want 10 digits with their check digit");
}

TEST(PersonIdentifiersTest, RefusesAnNhsNumberThatHasNoCheckDigit) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    ExpectRefused(CheckNhsNumber, std::string("999000000") + digit);
  }
}

TEST(PersonIdentifiersTest, RefusesAnNhsNumberOfOneRepeatedDigit) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    ExpectRefused(CheckNhsNumber, std::string(10, digit));
  }
}

TEST(PersonIdentifiersTest, TakesTheKnownVectors) {
  for (const auto value : kPncIds) {
    EXPECT_TRUE(CheckPncId("f", value).ok()) << value;
    EXPECT_EQ(CanonicalPncId(value), value);
  }
  for (const auto value : kCroNumbers) {
    EXPECT_TRUE(CheckCroNumber("f", value).ok()) << value;
    EXPECT_EQ(CanonicalCroNumber(value), value);
  }
  for (const auto value : kNhsNumbers) {
    EXPECT_TRUE(CheckNhsNumber("f", value).ok()) << value;
    EXPECT_EQ(CanonicalNhsNumber(value), value);
  }
}

TEST(PersonIdentifiersTest, EverySerialHasExactlyOneLetter) {
  for (int serial = 1; serial <= 46; ++serial) {
    int right = 0;
    for (const char letter : kLetters) {
      right += CheckPncId("f", StrCat("2024/", serial, std::string(1, letter))).ok();
    }
    EXPECT_EQ(right, 1) << serial;
  }
}

TEST(PersonIdentifiersTest, SpellsOnePncIdInOneWay) {
  EXPECT_EQ(CanonicalPncId("79/123456T"), "1979/0123456T");
  EXPECT_EQ(CanonicalPncId("1979/123456t"), "1979/0123456T");
  EXPECT_EQ(CanonicalPncId("24/1Q"), "2024/0000001Q");
  EXPECT_EQ(CanonicalPncId("2024/0000001q"), "2024/0000001Q");
}

TEST(PersonIdentifiersTest, TakesTwoDigitsOfAYearByAFixedRule) {
  const auto year_of = [](const std::string& two_digits) {
    for (const char letter : kLetters) {
      const std::string id = CanonicalPncId(StrCat(two_digits, "/1", std::string(1, letter)));
      if (!id.empty()) return id.substr(0, 4);
    }
    return std::string();
  };
  EXPECT_EQ(year_of("50"), "1950");
  EXPECT_EQ(year_of("99"), "1999");
  EXPECT_EQ(year_of("00"), "2000");
  EXPECT_EQ(year_of("49"), "2049");
}

TEST(PersonIdentifiersTest, SpellsOneCroNumberInOneWay) {
  EXPECT_EQ(CanonicalCroNumber("1/05h"), "000001/05H");
  EXPECT_EQ(CanonicalCroNumber("sf05/1e"), "SF05/1E");
}

}  // namespace
}  // namespace concordat
