// concordat readings ...: who read a record of ours, and what another agency was given of a case.
#ifndef CONCORDAT_TOOLS_READINGS_H_
#define CONCORDAT_TOOLS_READINGS_H_

#include <string>
#include <vector>

#include "concordat/v1/governance.pb.h"
#include "tools/command.h"

namespace concordat::tools {

// One line: which release, when, by whom, why, of which records; without a line end.
std::string ReadingLine(const v1::ListReadingsResponse::Item& item);

int RunReadingsList(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_READINGS_H_
