// concordat history: a case in order, as the caller's role may see it.
#ifndef CONCORDAT_TOOLS_HISTORY_H_
#define CONCORDAT_TOOLS_HISTORY_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunHistory(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_HISTORY_H_
