// concordat notices ...: what our agency is told about records that it sent or was given.
#ifndef CONCORDAT_TOOLS_NOTICES_H_
#define CONCORDAT_TOOLS_NOTICES_H_

#include <string>
#include <vector>

#include "concordat/v1/governance.pb.h"
#include "tools/command.h"

namespace concordat::tools {

// One line: number, when, what, of which case and records, by whom; without a line end.
std::string NoticeLine(const v1::ReadNoticesResponse::Item& item);

int RunNoticesRead(const std::vector<std::string>& args, const Console& console);
int RunNoticesAcknowledge(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_NOTICES_H_
