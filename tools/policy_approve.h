// concordat policy approve ...: an agency signs for a release policy, offline.
#ifndef CONCORDAT_TOOLS_POLICY_APPROVE_H_
#define CONCORDAT_TOOLS_POLICY_APPROVE_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunPolicyApprove(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_APPROVE_H_
