// One subcommand of the command line.
#ifndef CONCORDAT_TOOLS_COMMAND_H_
#define CONCORDAT_TOOLS_COMMAND_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "tools/flags.h"

namespace concordat::tools {

// Where a command writes and what time it is. Results go to `out`; progress, warnings and errors to
// `err`, which never carry personal data.
struct Console {
  std::ostream& out;
  std::ostream& err;
  const Clock& clock;
};

// Runs with the arguments after its name; the answer is one of exit_codes.h.
using RunCommand = int (*)(const std::vector<std::string>& args, const Console& console);

struct Command {
  std::string name;     // "push", "pki init".
  std::string summary;  // One line for the list of commands.
  RunCommand run;
};

// Parses into the table's variables and `arguments`. An exit code when there is nothing left to do:
// kExitOk after printing the help that was asked for, kExitUsage after printing what was wrong.
std::optional<int> ParseOrExplain(const FlagTable& table, const std::vector<std::string>& args,
                                  std::vector<std::string>* arguments, const Console& console);

// Prints the error and answers `exit_code`.
int Fail(const Console& console, const absl::Status& status, int exit_code);

// The command whose name is the longest beginning of `args`, run with the rest; or the help, or
// what was unknown, with the nearest name.
int RunCommandLine(const std::vector<Command>& commands, const std::vector<std::string>& args,
                   const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_COMMAND_H_
