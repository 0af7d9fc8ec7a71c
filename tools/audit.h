// concordat audit ...: what an auditor asks of the log.
#ifndef CONCORDAT_TOOLS_AUDIT_H_
#define CONCORDAT_TOOLS_AUDIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "concordat/v1/governance.pb.h"
#include "tools/command.h"

namespace concordat::tools {

int RunAuditReport(const std::vector<std::string>& args, const Console& console);
int RunAuditFind(const std::vector<std::string>& args, const Console& console);
int RunAuditReplay(const std::vector<std::string>& args, const Console& console);

// DATA_LOSS when what a replay answers contradicts itself: the same bytes with two digests, or
// bytes that have another digest than the log's.
absl::Status CheckReplay(const v1::ReplayReleaseResponse& replay);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_AUDIT_H_
