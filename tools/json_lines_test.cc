#include "tools/json_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Error(const std::string& text) {
  const auto event = ParseCaseEvent(JsonLine{1, text, false});
  return event.ok() ? "" : std::string(event.status().message());
}

TEST(JsonLinesTest, RefusesALineThatIsCutOffAnywhere) {
  const std::string line =
      R"({"sourceSystem":"rms","persons":[{"fullName":"Asha Example"}],"incident":{"injury":true}})";
  ASSERT_EQ(Error(line), "");
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_NE(Error(line.substr(0, size)), "") << size;
  }
}

TEST(JsonLinesTest, RefusesWhatIsNoObject) {
  for (const char* bad : {"LC-1;2024;FY1", "[]", "null", "5", "\"text\"", "{} {}"}) {
    EXPECT_THAT(Error(bad), HasSubstr("want one JSON object")) << bad;
  }
}

TEST(JsonLinesTest, NamesAnUnknownFieldByItsPath) {
  EXPECT_EQ(Error(R"({"incident":{"beatCode":"B7"}})"),
            "event.incident.beatCode: got an unknown field, want only fields of the event's JSON "
            "mapping");
  EXPECT_THAT(Error(R"({"Asha Example":1})"), HasSubstr("event.Asha?Example: got an unknown"));
}

TEST(JsonLinesTest, NamesTheFieldOfAValueThatDoesNotFit) {
  EXPECT_EQ(Error(R"({"revision":"x"})"),
            "event.revision: got a value that does not fit, want a uint32");
  EXPECT_EQ(Error(R"({"occurredAt":"2024-13-01"})"),
            "event.occurred_at: got a value that does not fit, want a Timestamp");
  EXPECT_EQ(Error(R"({"incident":{"initialGrade":"ENORMOUS"}})"),
            "event.incident.initial_grade: got a value that does not fit, want a RiskGrade");
}

TEST(JsonLinesTest, RefusesTwoBodies) {
  EXPECT_THAT(Error(R"({"incident":{},"custodyChange":{}})"), HasSubstr("got two bodies"));
}

TEST(JsonLinesTest, RefusesBytesThatAreNotUtf8) {
  EXPECT_THAT(Error("{\"sourceSystem\":\"\xff\xfe\"}"), HasSubstr("not UTF-8"));
}

TEST(JsonLinesTest, AnErrorHoldsNoValueOfTheLine) {
  for (const char* bad : {R"({"persons":[{"fullName":"Asha Exam)", R"({"sourceClass":"Asha"})",
                          R"({"incident":"Asha"})", R"({"occurredAt":"Asha"})", "Asha;FY1 4XX",
                          R"({"persons":[{"fullName":{"a":"Asha"}}]})", R"({"a":"Asha" "b":1})"}) {
    EXPECT_NE(Error(bad), "") << bad;
    EXPECT_THAT(Error(bad), Not(HasSubstr("Asha"))) << bad;
  }
}

TEST(JsonLinesTest, ReadsAnEventByProtobufsMapping) {
  const auto event = ParseCaseEvent(
      {1,
       R"({"sourceSystem":"rms","occurredAt":"2024-02-29T10:00:00Z","incident":{"injury":true}})",
       false});
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->source_system(), "rms");
  EXPECT_EQ(event->occurred_at().seconds(), 1709200800);
  EXPECT_TRUE(event->incident().injury());
}

TEST(JsonLinesTest, PassesBlankLinesAndKeepsNumbers) {
  std::istringstream in("\n{\"a\":1}\r\n  \t\n\r\nlast without an end");
  LineReader reader(&in);
  auto line = reader.Next();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->number, 2u);
  EXPECT_EQ(line->text, "{\"a\":1}");
  line = reader.Next();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->number, 5u);
  EXPECT_EQ(line->text, "last without an end");
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_EQ(reader.lines(), 5u);
}

TEST(JsonLinesTest, CutsALineThatIsTooLongAndGoesOnAfterIt) {
  std::istringstream in(std::string(kLineBytesMax + 1, 'x') + "\nnext\n");
  LineReader reader(&in);
  const auto line = reader.Next();
  ASSERT_TRUE(line.has_value());
  EXPECT_TRUE(line->too_long);
  EXPECT_EQ(line->text.size(), kLineBytesMax);
  EXPECT_THAT(std::string(ParseCaseEvent(*line).status().message()), HasSubstr("more than"));
  EXPECT_EQ(reader.Next()->text, "next");
}

}  // namespace
}  // namespace concordat::tools
