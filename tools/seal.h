// concordat seal ...: keeping a case from an agency that somebody of it works for, or that should
// never have had it.
#ifndef CONCORDAT_TOOLS_SEAL_H_
#define CONCORDAT_TOOLS_SEAL_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunSealSet(const std::vector<std::string>& args, const Console& console);
int RunSealRecall(const std::vector<std::string>& args, const Console& console);
int RunSealLift(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_SEAL_H_
