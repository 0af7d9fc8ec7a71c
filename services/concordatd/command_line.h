// concordatd's command line.
#ifndef CONCORDAT_SERVICES_CONCORDATD_COMMAND_LINE_H_
#define CONCORDAT_SERVICES_CONCORDATD_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/concordatd/target.h"

namespace concordat::services {

struct CommandLine {
  bool help = false;  // Then nothing else counts.
  Target target = Target::kAll;
  std::string config_path;
  bool check_config = false;
};

// The arguments after the program's name. INVALID_ARGUMENT naming the argument: an unknown flag or
// target, a flag twice, a flag without its value or with one it doesn't take, anything that is no
// flag, no --target, no --config.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

extern const char kUsage[];

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_COMMAND_LINE_H_
