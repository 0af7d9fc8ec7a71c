// concordat erase ... and concordat hold ...: destroying what must go, and keeping what is
// evidence.
#ifndef CONCORDAT_TOOLS_ERASE_H_
#define CONCORDAT_TOOLS_ERASE_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunEraseRequest(const std::vector<std::string>& args, const Console& console);
int RunEraseApprove(const std::vector<std::string>& args, const Console& console);
int RunEraseCheck(const std::vector<std::string>& args, const Console& console);
int RunHoldSet(const std::vector<std::string>& args, const Console& console);
int RunHoldLift(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_ERASE_H_
