#include "auth/generalise.h"

#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using google::protobuf::Timestamp;

absl::Time On(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

TEST(InitialsTest, LeavesNothingOfWhatIsNoName) {
  for (const char* name : {"", " ", "123", "- -", "0example", "\xE6\x9D\x8E \xE6\x98\x8E",
                           "\xD7\x90\xD7\x91", "\xC3", "\xC3(", "\xFF\xFE"}) {
    EXPECT_EQ(Initials(name), std::nullopt) << name;
  }
}

TEST(InitialsTest, ReducesToTheFirstAndLastInitial) {
  EXPECT_EQ(Initials("Asha Example"), "A. E.");
  EXPECT_EQ(Initials("asha mary example"), "A. E.");
  EXPECT_EQ(Initials("  Asha   Example  "), "A. E.");
  EXPECT_EQ(Initials("Asha"), "A.");
  EXPECT_EQ(Initials("Asha Anne-Marie"), "A. A.");
  EXPECT_EQ(Initials("Asha (Example)"), "A.");
  EXPECT_EQ(Initials("\xC3\x89milie \xC3\x98rsted"), "\xC3\x89. \xC3\x98.");
}

TEST(InitialsTest, AMultitudeOfSingleLettersDoesNotSpellTheName) {
  EXPECT_EQ(Initials("A S H A E X"), "A. X.");
}

TEST(AgeBandTest, LeavesNothingOfAMalformedDate) {
  const absl::Time at = On(2026, 1, 1);
  for (const char* date : {"", "1990", "1990-4-01", "01/04/1990", "1990-04-01T00:00:00Z",
                           "1990-13-01", "1990-00-01", "1990-02-30", "1990-04-00", "2023-02-29",
                           "199O-04-01", "-990-04-01", "1990-04-1 ", " 1990-04-01"}) {
    EXPECT_EQ(AgeBand(date, at), std::nullopt) << date;
  }
}

TEST(AgeBandTest, LeavesNothingOfAnImpossibleAge) {
  EXPECT_EQ(AgeBand("2026-01-02", On(2026, 1, 1)), std::nullopt);
  EXPECT_EQ(AgeBand("1890-01-01", On(2026, 1, 1)), std::nullopt);
  EXPECT_EQ(AgeBand("1990-01-01", absl::InfiniteFuture()), std::nullopt);
  EXPECT_EQ(AgeBand("1990-01-01", absl::InfinitePast()), std::nullopt);
}

TEST(AgeBandTest, ChangesOnTheBirthdayAtEachEdge) {
  const struct {
    int years;
    const char* before;
    const char* on;
  } edges[] = {{5, "under 5", "5-11"}, {12, "5-11", "12-15"},  {16, "12-15", "16-17"},
               {18, "16-17", "18-24"}, {25, "18-24", "25-34"}, {35, "25-34", "35-44"},
               {45, "35-44", "45-54"}, {55, "45-54", "55-64"}, {65, "55-64", "65-74"},
               {75, "65-74", "75+"}};
  for (const auto& edge : edges) {
    EXPECT_EQ(AgeBand("1920-06-15", On(1920 + edge.years, 6, 14)), edge.before) << edge.years;
    EXPECT_EQ(AgeBand("1920-06-15", On(1920 + edge.years, 6, 15)), edge.on) << edge.years;
  }
  EXPECT_EQ(AgeBand("2026-01-01", On(2026, 1, 1)), "under 5");
}

TEST(AgeBandTest, ALeapDaysBirthdayIsTheFirstOfMarchInOtherYears) {
  EXPECT_EQ(AgeBand("2008-02-29", On(2026, 2, 28)), "16-17");
  EXPECT_EQ(AgeBand("2008-02-29", On(2026, 3, 1)), "18-24");
}

TEST(OutwardCodeTest, LeavesNothingOfAMalformedPostcode) {
  for (const char* code : {"", "FY1", "4XX", "FY1 4X", "FY1  4XX", "FY1-4XX", "FY14 XX", "FY1 XXX",
                           "FYY1 4XX", "FY123 4XX", "F 4XX", "1FY 4XX", " FY1 4XX", "FY1 4XX ",
                           "1 Synthetic Street", "FY1 4XX FY1 4XX",
                           "\xC3\x89"
                           "1 4XX"}) {
    EXPECT_EQ(OutwardCode(code), std::nullopt) << code;
  }
}

TEST(OutwardCodeTest, KeepsTheOutwardCodeOfEachShape) {
  EXPECT_EQ(OutwardCode("FY1 4XX"), "FY1");
  EXPECT_EQ(OutwardCode("fy14xx"), "FY1");
  EXPECT_EQ(OutwardCode("M1 1AA"), "M1");
  EXPECT_EQ(OutwardCode("M60 1AA"), "M60");
  EXPECT_EQ(OutwardCode("PR25 1AA"), "PR25");
  EXPECT_EQ(OutwardCode("W1A 1AA"), "W1A");
  EXPECT_EQ(OutwardCode("EC1A 1AA"), "EC1A");
}

TEST(DayTest, RefusesATimeOutOfRange) {
  Timestamp time;
  time.set_seconds(253402300800);
  EXPECT_FALSE(Day(time).has_value());
  time.set_seconds(-62135596801);
  EXPECT_FALSE(Day(time).has_value());
  time.set_seconds(0);
  time.set_nanos(-1);
  EXPECT_FALSE(Day(time).has_value());
  time.set_nanos(1000000000);
  EXPECT_FALSE(Day(time).has_value());
}

TEST(DayTest, CutsToTheStartOfTheUtcDayBeforeAndAfterTheEpoch) {
  Timestamp time;
  time.set_seconds(86400 + 3661);
  time.set_nanos(5);
  EXPECT_EQ(Day(time)->seconds(), 86400);
  EXPECT_EQ(Day(time)->nanos(), 0);
  time.set_seconds(-1);
  EXPECT_EQ(Day(time)->seconds(), -86400);
  time.set_seconds(-86400);
  EXPECT_EQ(Day(time)->seconds(), -86400);
}

TEST(GeneraliseTextTest, LeavesNothingWithoutAGeneraliserForText) {
  const absl::Time at = On(2026, 1, 1);
  EXPECT_EQ(GeneraliseText(v1::NOTHING, "Asha Example", at), std::nullopt);
  EXPECT_EQ(GeneraliseText(v1::DAY, "2026-01-01", at), std::nullopt);
  EXPECT_EQ(GeneraliseText(static_cast<v1::Generaliser>(99), "Asha Example", at), std::nullopt);
}

TEST(GeneraliseTextTest, GoesByTheGeneraliser) {
  const absl::Time at = On(2026, 1, 1);
  EXPECT_EQ(GeneraliseText(v1::INITIALS, "Asha Example", at), "A. E.");
  EXPECT_EQ(GeneraliseText(v1::AGE_BAND, "1995-01-02", at), "25-34");
  EXPECT_EQ(GeneraliseText(v1::OUTWARD_CODE, "FY1 4XX", at), "FY1");
  EXPECT_EQ(GeneraliseText(v1::WHOLE, "2024.1", at), "2024.1");
}

}  // namespace
}  // namespace concordat::auth
