// Why a release policy decides as it does. No text holds a field's value.
#ifndef CONCORDAT_TOOLS_POLICY_EXPLAIN_H_
#define CONCORDAT_TOOLS_POLICY_EXPLAIN_H_

#include <string>
#include <vector>

#include "auth/policy.h"
#include "auth/release_context.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "tools/policy_book.h"

namespace concordat::tools {

struct PolicyQuestion {
  auth::ViewRoles view;
  v1::DataClass field_class = v1::DATA_CLASS_UNSPECIFIED;  // Unspecified: not asked.
  v1::Capacity capacity = v1::CAPACITY_UNSPECIFIED;        // Decided as VICTIM.
  v1::SourceClass source = v1::SOURCE_AGENCY_OBSERVED;
  v1::EventType type = v1::EVENT_TYPE_UNSPECIFIED;  // Unspecified: not asked.
  std::vector<v1::Condition> conditions;            // That hold.
};

// "withheld, PERPETRATOR_FACING, by lock-r7 (above the policy file): R7: whoever ...".
std::string DecisionText(const PolicyBook& book, const auth::PolicyEngine::Decision& decision);

// A line on the row when a type is asked, a line on the class when one is, one for each set of
// conditions that would give more, and what is asked between agencies.
std::string ExplainQuestionText(const PolicyBook& book, const PolicyQuestion& question);

// A line on the row; of one that may be seen and goes to this reader, a line for each field (see
// auth::Explain) and a line with the counts.
std::string ExplainEventText(const PolicyBook& book, const auth::ReleaseContext& context,
                             const v1::CaseEvent& event);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_EXPLAIN_H_
