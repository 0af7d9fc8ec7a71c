// The rules of one risk assessment; a part of validate_event.h.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_RISK_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_RISK_H_

#include "absl/status/status.h"
#include "concordat/v1/event.pb.h"
#include "services/common/field_path.h"

namespace concordat::services {

// CheckTree has passed before. INVALID_ARGUMENT unless
//  - the tool is named; at most kAnswersPerAssessmentMax answers, each with its own question id and
//  a value;
//  - yes_count is the number of YES answers, where answers are given, and else at most
//  kAnswersPerAssessmentMax;
//  - the grade is HIGH where yes_count reaches the threshold, or where professional judgement says
//  so: judgement may raise
//    and never lower an actuarial result. The threshold is high_threshold; when that is 0, it is 14
//    for DASH_RIC (the line that SafeLives recommends) and there is none for the other tools.
absl::Status ValidateRiskAssessment(const v1::RiskAssessment& assessment, const FieldPath& path);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_RISK_H_
