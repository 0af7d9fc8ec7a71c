// A compiled release policy as a document that partner agencies read.
#ifndef CONCORDAT_TOOLS_POLICY_MATRIX_H_
#define CONCORDAT_TOOLS_POLICY_MATRIX_H_

#include <string>

#include "tools/policy_book.h"

namespace concordat::tools {

// Markdown: version and digest; every class and capacity against every role; what R7 locks; then
// for each role its purposes with gateway and regime, the events it may see, and every decision
// with its rule and reason. The same policy gives the same bytes.
std::string MatrixMarkdown(const PolicyBook& book);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_MATRIX_H_
