// Holds a release policy to the promises of policy_cases.h.
#ifndef CONCORDAT_TOOLS_POLICY_CASES_RUN_H_
#define CONCORDAT_TOOLS_POLICY_CASES_RUN_H_

#include <optional>
#include <string>

#include "tools/policy_book.h"
#include "tools/policy_cases.h"

namespace concordat::tools {

// nullopt when the policy decides as the case expects; else what was expected and what came, in
// lines of text: the case, its promise, the outcome, reason and rule, and why.
std::optional<std::string> FailureOf(const PolicyBook& book, const PolicyCase& one);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_CASES_RUN_H_
