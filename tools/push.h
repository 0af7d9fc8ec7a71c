// concordat push: sends a file of events, one JSON object a line.
#ifndef CONCORDAT_TOOLS_PUSH_H_
#define CONCORDAT_TOOLS_PUSH_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunPush(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PUSH_H_
