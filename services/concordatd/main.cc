// concordatd: see kUsage. Starts things; everything else is in the libraries.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "services/common/grpc_life.h"
#include "services/common/grpc_log.h"
#include "services/common/server_credentials.h"
#include "services/common/server_runner.h"
#include "services/concordatd/command_line.h"
#include "services/concordatd/config.h"
#include "services/concordatd/process.h"

namespace concordat::services {
namespace {

constexpr int kExitStopped = 0;
constexpr int kExitFailed = 1;
constexpr int kExitWrongInput = 2;

int Complain(const absl::Status& status, int exit_code) {
  std::fprintf(stderr, "concordatd: %s\n", std::string(status.message()).c_str());
  return exit_code;
}

int Run(const std::vector<std::string>& arguments) {
  const auto line = ParseCommandLine(arguments);
  if (!line.ok()) return Complain(line.status(), kExitWrongInput);
  if (line->help) {
    std::fputs(kUsage, stdout);
    return kExitStopped;
  }
  auto setup = LoadSetup(line->target, line->config_path, Clock::Real());
  if (!setup.ok()) return Complain(setup.status(), kExitWrongInput);
  if (line->check_config) {
    std::fputs("config ok\n", stdout);
    return kExitStopped;
  }
  KeepGrpcRunning();
  const auto process = Process::Start(*std::move(setup), &Clock::Real());
  if (!process.ok()) return Complain(process.status(), kExitFailed);
  std::fprintf(stderr, "concordatd: serving %s on port %d\n",
               std::string(TargetName(line->target)).c_str(), (*process)->port());
  (*process)->ReloadEvery(absl::Seconds(kCertificateRefreshSeconds));
  WaitForShutdownSignal();
  std::fprintf(stderr, "concordatd: stopping\n");
  (*process)->Stop();
  return kExitStopped;
}

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  concordat::services::RequireTls13();
  concordat::services::QuietGrpcLog();
  concordat::services::BlockShutdownSignals();
  return concordat::services::Run(std::vector<std::string>(argv + 1, argv + argc));
}
