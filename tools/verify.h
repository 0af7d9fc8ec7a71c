// concordat verify: a log, remote or in a data directory, checked with its public key alone.
#ifndef CONCORDAT_TOOLS_VERIFY_H_
#define CONCORDAT_TOOLS_VERIFY_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunVerify(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_VERIFY_H_
