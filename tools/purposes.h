// Purposes as people type them.
#ifndef CONCORDAT_TOOLS_PURPOSES_H_
#define CONCORDAT_TOOLS_PURPOSES_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::tools {

// LAW_ENFORCEMENT, law-enforcement and law_enforcement are the same. INVALID_ARGUMENT for anything
// else, with the nearest purpose.
absl::StatusOr<v1::Purpose> ParsePurpose(const std::string& text);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PURPOSES_H_
