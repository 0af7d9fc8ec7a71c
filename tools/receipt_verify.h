// concordat receipt verify: proves offline that events are in the log, with public keys alone.
#ifndef CONCORDAT_TOOLS_RECEIPT_VERIFY_H_
#define CONCORDAT_TOOLS_RECEIPT_VERIFY_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunReceiptVerify(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_VERIFY_H_
