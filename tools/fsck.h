// concordat fsck: everything in a ledger's data directory, derived again from its entries.
#ifndef CONCORDAT_TOOLS_FSCK_H_
#define CONCORDAT_TOOLS_FSCK_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunFsck(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_FSCK_H_
