// concordat connection ...: whom a practitioner is connected to. Cases of that person, or of
// somebody who shares a phone, a household, or surname and postcode with them, are not there for
// that practitioner.
#ifndef CONCORDAT_TOOLS_CONNECTIONS_H_
#define CONCORDAT_TOOLS_CONNECTIONS_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunConnectionRegister(const std::vector<std::string>& args, const Console& console);
int RunConnectionWithdraw(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_CONNECTIONS_H_
