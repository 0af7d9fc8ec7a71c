#include "services/common/validate_risk.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/text_rules.h"

namespace concordat::services {
namespace {

constexpr uint32_t kDashRicThreshold = 14;

absl::Status ValidateAnswers(const v1::RiskAssessment& assessment, const FieldPath& path) {
  if (static_cast<size_t>(assessment.answers_size()) > kAnswersPerAssessmentMax) {
    return path.Child("answers").Error(absl::StrCat(assessment.answers_size(), " elements"),
                                       absl::StrCat("at most ", kAnswersPerAssessmentMax));
  }
  absl::flat_hash_set<std::string_view> questions;
  for (int i = 0; i < assessment.answers_size(); ++i) {
    const auto& answer = assessment.answers(i);
    const FieldPath at = path.Child("answers", i);
    CONCORDAT_RETURN_IF_ERROR(
        CheckId(at.Child("question_id"), answer.question_id(), kForeignIdBytesMax));
    if (!questions.insert(answer.question_id()).second) {
      return at.Child("question_id").Error("a question answered before", "each question once");
    }
    if (answer.value() == v1::RiskAssessment::ANSWER_UNSPECIFIED) {
      return at.Child("value").Error("ANSWER_UNSPECIFIED", "the answer, or NOT_ASKED");
    }
  }
  return absl::OkStatus();
}

// Says that the two differ, not by how much: the answers are what the victim said.
absl::Status ValidateYesCount(const v1::RiskAssessment& assessment, const FieldPath& path) {
  const FieldPath at = path.Child("yes_count");
  if (assessment.yes_count() > kAnswersPerAssessmentMax) {
    return at.Error(absl::StrCat(assessment.yes_count()),
                    absl::StrCat("at most ", kAnswersPerAssessmentMax));
  }
  if (assessment.answers().empty()) return absl::OkStatus();
  uint32_t yes = 0;
  for (const auto& answer : assessment.answers()) {
    if (answer.value() == v1::RiskAssessment::YES) ++yes;
  }
  if (yes == assessment.yes_count()) return absl::OkStatus();
  return at.Error("another number", "the number of answers that are YES");
}

absl::Status ValidateGrade(const v1::RiskAssessment& assessment, const FieldPath& path) {
  if (assessment.grade() == v1::HIGH) return absl::OkStatus();
  const FieldPath at = path.Child("grade");
  const std::string got = v1::RiskGrade_Name(assessment.grade());
  if (assessment.professional_judgement_high()) {
    return at.Error(got, "HIGH where professional judgement is high");
  }
  uint32_t threshold = assessment.high_threshold();
  if (threshold == 0 && assessment.tool() == v1::RiskAssessment::DASH_RIC) {
    threshold = kDashRicThreshold;
  }
  if (threshold != 0 && assessment.yes_count() >= threshold) {
    return at.Error(got, absl::StrCat("HIGH where yes_count is at least ", threshold));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateRiskAssessment(const v1::RiskAssessment& assessment, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(ValidateAnswers(assessment, path));
  if (assessment.tool() == v1::RiskAssessment::TOOL_UNSPECIFIED) {
    return path.Child("tool").Error("TOOL_UNSPECIFIED", "the tool used");
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckOptionalId(path.Child("tool_version"), assessment.tool_version(), kForeignIdBytesMax));
  if (assessment.high_threshold() > kAnswersPerAssessmentMax) {
    return path.Child("high_threshold")
        .Error(absl::StrCat(assessment.high_threshold()),
               absl::StrCat("at most ", kAnswersPerAssessmentMax));
  }
  CONCORDAT_RETURN_IF_ERROR(ValidateYesCount(assessment, path));
  return ValidateGrade(assessment, path);
}

}  // namespace concordat::services
