#include "services/common/text_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"

namespace concordat::services {
namespace {

const FieldPath kPath("field");
constexpr absl::CivilDay kToday(2024, 3, 6);

// The error's text; "ok" for none.
std::string Text(const absl::Status& status) {
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

TEST(TextRulesTest, RefusesTextThatIsTooLong) {
  EXPECT_EQ(Text(CheckText(kPath, "abcd", 3)), "field: got 4 bytes, want at most 3");
  EXPECT_EQ(Text(CheckText(kPath, "abc", 3)), "ok");
}

TEST(TextRulesTest, RefusesTextThatIsNotUtf8) {
  for (const std::string& bad :
       {std::string("\xc3("), std::string("\xff"), std::string("\xed\xa0\x80"),
        std::string("\xc0\xaf"), std::string("caf\xe9")}) {
    EXPECT_EQ(Text(CheckText(kPath, bad, 99)), "field: got bytes that are not UTF-8, want UTF-8");
  }
  EXPECT_EQ(Text(CheckText(kPath, "caf\xc3\xa9", 99)), "ok");
}

TEST(TextRulesTest, RefusesControlCharactersButNotLayout) {
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("a\x1b[2J"), std::string("a\x7f"), std::string("\b")}) {
    EXPECT_EQ(Text(CheckText(kPath, bad, 99)), "field: got a control character, want text");
  }
  EXPECT_EQ(Text(CheckText(kPath, "one\r\n\ttwo", 99)), "ok");
  EXPECT_EQ(Text(CheckText(kPath, "", 99)), "ok");
}

TEST(TextRulesTest, RefusesIdsOutsidePrintableAscii) {
  for (const std::string& bad : {std::string("a\nb"), std::string("caf\xc3\xa9"), std::string("\t"),
                                 std::string("a\0b", 3), std::string("a\x7f")}) {
    EXPECT_EQ(Text(CheckId(kPath, bad, 64)),
              "field: got a character outside printable ASCII, want printable ASCII characters");
  }
  EXPECT_EQ(Text(CheckId(kPath, " a", 64)),
            "field: got a space at an end, want no space at an end");
  EXPECT_EQ(Text(CheckId(kPath, "a ", 64)),
            "field: got a space at an end, want no space at an end");
  EXPECT_EQ(Text(CheckId(kPath, "", 64)),
            "field: got an empty string, want 1 to 64 printable ASCII characters");
  EXPECT_EQ(Text(CheckId(kPath, std::string(65, 'a'), 64)), "field: got 65 bytes, want at most 64");
  EXPECT_EQ(Text(CheckId(kPath, std::string(64, '~'), 64)), "ok");
  EXPECT_EQ(Text(CheckOptionalId(kPath, "", 64)), "ok");
}

TEST(TextRulesTest, RefusesNamesThatAreNone) {
  constexpr char kWant[] = ", want 1 to 200 characters on one line";
  EXPECT_EQ(Text(CheckName(kPath, "")), std::string("field: got no character") + kWant);
  EXPECT_EQ(Text(CheckName(kPath, "   ")), std::string("field: got no character") + kWant);
  EXPECT_EQ(Text(CheckName(kPath, "Asha\nExample")),
            std::string("field: got a control character") + kWant);
  EXPECT_EQ(Text(CheckName(kPath, "\xff")),
            std::string("field: got bytes that are not UTF-8") + kWant);
  EXPECT_EQ(Text(CheckName(kPath, std::string(kNameCharsMax + 1, 'a'))),
            std::string("field: got 201 characters") + kWant);
}

TEST(TextRulesTest, CountsNamesInCharactersNotBytes) {
  std::string name;
  for (size_t i = 0; i < kNameCharsMax; ++i) name += "\xc3\xa9";
  EXPECT_EQ(Text(CheckName(kPath, name)), "ok");
}

TEST(TextRulesTest, RefusesDatesThatAreNotOnTheCalendar) {
  for (const std::string_view bad :
       {"", "1990", "1990-4-1", "01-04-1990", "1990/04/01", "1990-04-01T00:00", "199O-04-01"}) {
    EXPECT_EQ(Text(CheckDate(kPath, bad, kToday)),
              "field: got another form, want a calendar date YYYY-MM-DD")
        << bad;
  }
  for (const std::string_view bad :
       {"1990-02-30", "1990-13-01", "1990-00-10", "1990-01-00", "2023-02-29", "1900-02-29"}) {
    EXPECT_EQ(Text(CheckDate(kPath, bad, kToday)),
              "field: got a day that does not exist, want a calendar date YYYY-MM-DD")
        << bad;
  }
  EXPECT_EQ(Text(CheckDate(kPath, "2024-03-07", kToday)),
            "field: got a day in the future, want a calendar date YYYY-MM-DD");
  EXPECT_EQ(Text(CheckDate(kPath, "1899-12-31", kToday)),
            "field: got a day before 1900, want a calendar date YYYY-MM-DD");
}

TEST(TextRulesTest, AcceptsLeapDaysAndTheLastDay) {
  for (const std::string_view good : {"2024-02-29", "2000-02-29", "1900-01-01", "2024-03-06"}) {
    EXPECT_EQ(Text(CheckDate(kPath, good, kToday)), "ok") << good;
  }
}

TEST(TextRulesTest, RefusesLocalAuthoritiesThatAreNone) {
  for (const std::string_view bad :
       {"", "E0600000", "E060000099", "X06000009", "e06000009", "E0600000A", "006000009"}) {
    EXPECT_EQ(Text(CheckLocalAuthority(kPath, bad)),
              "field: got another form, want a local authority's GSS code such as E06000009")
        << bad;
  }
  for (const std::string_view police : {"E23000003", "W15000001"}) {
    EXPECT_EQ(
        Text(CheckLocalAuthority(kPath, police)),
        "field: got a police area's code, want a local authority's GSS code such as E06000009");
  }
  for (const std::string_view good : {"E06000009", "E07000118", "E10000017", "W06000015"}) {
    EXPECT_EQ(Text(CheckLocalAuthority(kPath, good)), "ok") << good;
  }
}

TEST(TextRulesTest, RefusesWhatIsNotDigits) {
  EXPECT_EQ(Text(CheckDigits(kPath, "", 12)), "field: got 0 characters, want 1 to 12 digits");
  EXPECT_EQ(Text(CheckDigits(kPath, "1234567890123", 12)),
            "field: got 13 characters, want 1 to 12 digits");
  EXPECT_EQ(Text(CheckDigits(kPath, "12a", 12)),
            "field: got a character that is no digit, want 1 to 12 digits");
  EXPECT_EQ(Text(CheckDigits(kPath, "123456789012", 12)), "ok");
}

}  // namespace
}  // namespace concordat::services
