// concordat alerts watch, concordat alerts ack: a victim service's alerts.
#ifndef CONCORDAT_TOOLS_ALERTS_H_
#define CONCORDAT_TOOLS_ALERTS_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace concordat::tools {

int RunAlertsWatch(const std::vector<std::string>& args, const Console& console);
int RunAlertsAck(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_ALERTS_H_
