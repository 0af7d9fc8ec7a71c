// concordat glass ..., concordat approval ...: reading one case for one hour beyond what the policy
// releases. The practitioner's own: --token-file names their access token.
#ifndef CONCORDAT_TOOLS_GRANTS_H_
#define CONCORDAT_TOOLS_GRANTS_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunGlassBreak(const std::vector<std::string>& args, const Console& console);
int RunGlassReview(const std::vector<std::string>& args, const Console& console);
int RunApprovalRequest(const std::vector<std::string>& args, const Console& console);
int RunApprovalGive(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_GRANTS_H_
