#include "services/concordatd/command_line.h"

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {
namespace {

absl::Status ArgumentError(const std::string& what, const std::string& want) {
  return absl::InvalidArgumentError(StrCat("command line: got ", what, ", want ", want));
}

absl::Status Apply(const std::string& name, bool has_value, const std::string& value,
                   CommandLine* line) {
  if (name == "--check-config" || name == "--help") {
    if (has_value) return ArgumentError(name + " with a value", "it alone");
    (name == "--help" ? line->help : line->check_config) = true;
    return absl::OkStatus();
  }
  if (name != "--target" && name != "--config") {
    return ArgumentError(name, "--target, --config, --check-config or --help");
  }
  if (value.empty()) return ArgumentError(name + " without a value", name + "=VALUE");
  if (name == "--config") {
    line->config_path = value;
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(line->target, ParseTarget(value));
  return absl::OkStatus();
}

}  // namespace

const char kUsage[] =
    R"(concordatd serves Concordat: the ledger, the role services, or all of it in one process.

  concordatd --target=TARGET --config=FILE [--check-config]

  --target=TARGET  all, ledger, police, social, marac, victim or witness
  --config=FILE    a ServerConfig in protobuf text form (proto/concordat/v1/config.proto)
  --check-config   load and check everything the process needs, print "config ok", and stop
  --help           this text

Serves until SIGTERM or SIGINT, then lets open calls finish (drain_seconds).
Exit codes: 0 stopped as asked, or the configuration is good; 1 could not start or keep serving; 2 the
command line or the configuration is wrong.
)";

absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    const bool has_value = equals != std::string::npos;
    const std::string name = argument.substr(0, equals);
    const std::string value = has_value ? argument.substr(equals + 1) : "";
    CONCORDAT_RETURN_IF_ERROR(Apply(name, has_value, value, &line));
    if (!seen.insert(name).second) return ArgumentError(name + " twice", "it once");
  }
  if (line.help) return line;
  if (seen.count("--target") == 0) return ArgumentError("no --target", "--target=TARGET");
  if (seen.count("--config") == 0) return ArgumentError("no --config", "--config=FILE");
  return line;
}

}  // namespace concordat::services
