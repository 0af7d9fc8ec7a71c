#include "services/common/validate_risk.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace concordat::services {
namespace {

using v1::RiskAssessment;

RiskAssessment Assessment(uint32_t yes_count, v1::RiskGrade grade) {
  RiskAssessment assessment;
  assessment.set_tool(RiskAssessment::DASH_RIC);
  assessment.set_yes_count(yes_count);
  assessment.set_grade(grade);
  return assessment;
}

void AddAnswer(RiskAssessment* assessment, const std::string& question,
               RiskAssessment::AnswerValue value) {
  auto* answer = assessment->add_answers();
  answer->set_question_id(question);
  answer->set_value(value);
}

std::string Text(const RiskAssessment& assessment) {
  const absl::Status status = ValidateRiskAssessment(assessment, FieldPath("risk_assessment"));
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  return status.ok() ? "ok" : std::string(status.message());
}

TEST(ValidateRiskTest, RefusesAnAssessmentWithoutTool) {
  RiskAssessment assessment = Assessment(3, v1::STANDARD);
  assessment.clear_tool();
  EXPECT_EQ(Text(assessment), "risk_assessment.tool: got TOOL_UNSPECIFIED, want the tool used");
}

TEST(ValidateRiskTest, RefusesACountThatIsNotTheAnswersWithoutTellingThem) {
  RiskAssessment assessment = Assessment(2, v1::STANDARD);
  AddAnswer(&assessment, "q01", RiskAssessment::YES);
  AddAnswer(&assessment, "q02", RiskAssessment::DONT_KNOW);
  EXPECT_EQ(
      Text(assessment),
      "risk_assessment.yes_count: got another number, want the number of answers that are YES");
  assessment.set_yes_count(0);
  EXPECT_NE(Text(assessment), "ok");
  assessment.set_yes_count(1);
  EXPECT_EQ(Text(assessment), "ok");
}

TEST(ValidateRiskTest, AcceptsACountWithoutAnswers) {
  EXPECT_EQ(Text(Assessment(13, v1::MEDIUM)), "ok");
  EXPECT_EQ(Text(Assessment(65, v1::HIGH)), "risk_assessment.yes_count: got 65, want at most 64");
}

TEST(ValidateRiskTest, RefusesAGradeBelowHighAtTheThreshold) {
  EXPECT_EQ(Text(Assessment(14, v1::MEDIUM)),
            "risk_assessment.grade: got MEDIUM, want HIGH where yes_count is at least 14");
  EXPECT_EQ(Text(Assessment(14, v1::RISK_GRADE_UNSPECIFIED)),
            "risk_assessment.grade: got RISK_GRADE_UNSPECIFIED, want HIGH where yes_count is at "
            "least 14");
  EXPECT_EQ(Text(Assessment(14, v1::HIGH)), "ok");
}

TEST(ValidateRiskTest, TakesTheLocalThresholdForEveryTool) {
  RiskAssessment assessment = Assessment(10, v1::STANDARD);
  assessment.set_high_threshold(10);
  EXPECT_EQ(Text(assessment),
            "risk_assessment.grade: got STANDARD, want HIGH where yes_count is at least 10");
  assessment.set_tool(RiskAssessment::DASH_2009);
  EXPECT_NE(Text(assessment), "ok");
  assessment.set_high_threshold(16);
  assessment.set_yes_count(15);
  EXPECT_EQ(Text(assessment), "ok");
  assessment.set_high_threshold(65);
  EXPECT_EQ(Text(assessment), "risk_assessment.high_threshold: got 65, want at most 64");
}

TEST(ValidateRiskTest, HasNoThresholdForToolsThatDoNotCount) {
  RiskAssessment assessment = Assessment(20, v1::MEDIUM);
  assessment.set_tool(RiskAssessment::DARA);
  EXPECT_EQ(Text(assessment), "ok");
}

TEST(ValidateRiskTest, LetsJudgementRaiseAndNeverLower) {
  RiskAssessment assessment = Assessment(2, v1::STANDARD);
  assessment.set_professional_judgement_high(true);
  EXPECT_EQ(Text(assessment),
            "risk_assessment.grade: got STANDARD, want HIGH where professional judgement is high");
  assessment.set_grade(v1::HIGH);
  EXPECT_EQ(Text(assessment), "ok");
  // HIGH without reaching the threshold needs no more than the practitioner's grade.
  assessment.set_professional_judgement_high(false);
  EXPECT_EQ(Text(assessment), "ok");
}

TEST(ValidateRiskTest, RefusesAnswersThatAreNone) {
  RiskAssessment assessment = Assessment(0, v1::STANDARD);
  AddAnswer(&assessment, "", RiskAssessment::NO);
  EXPECT_EQ(Text(assessment),
            "risk_assessment.answers[0].question_id: got an empty string, want 1 to 64 printable "
            "ASCII characters");
  assessment.clear_answers();
  AddAnswer(&assessment, "q01", RiskAssessment::ANSWER_UNSPECIFIED);
  EXPECT_EQ(
      Text(assessment),
      "risk_assessment.answers[0].value: got ANSWER_UNSPECIFIED, want the answer, or NOT_ASKED");
}

TEST(ValidateRiskTest, RefusesAQuestionAnsweredTwice) {
  RiskAssessment assessment = Assessment(2, v1::STANDARD);
  AddAnswer(&assessment, "q01", RiskAssessment::YES);
  AddAnswer(&assessment, "q01", RiskAssessment::YES);
  EXPECT_EQ(Text(assessment),
            "risk_assessment.answers[1].question_id: got a question answered before, want each "
            "question once");
}

TEST(ValidateRiskTest, RefusesTooManyAnswers) {
  RiskAssessment assessment = Assessment(0, v1::STANDARD);
  for (size_t i = 0; i <= kAnswersPerAssessmentMax; ++i) {
    AddAnswer(&assessment, absl::StrCat("q", i), RiskAssessment::NO);
  }
  EXPECT_EQ(Text(assessment), "risk_assessment.answers: got 65 elements, want at most 64");
}

}  // namespace
}  // namespace concordat::services
