// concordat log rotate-key: gives a log that is closed another signing key (storage/rotate_key.h).
#ifndef CONCORDAT_TOOLS_LOG_ROTATE_KEY_H_
#define CONCORDAT_TOOLS_LOG_ROTATE_KEY_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunLogRotateKey(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_ROTATE_KEY_H_
