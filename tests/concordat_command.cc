#include "tests/concordat_command.h"

#include "base/files.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "tests/child_process.h"
#include "tests/test_paths.h"

namespace concordat::tests {
namespace {

constexpr absl::Duration kCommandTimeout = absl::Seconds(60);

std::string Workload(const Cluster& cluster, const std::string& agency) {
  for (const v1::Agency& known : cluster.directory().agencies()) {
    if (known.id() == agency) return known.workloads(0);
  }
  return "desk";
}

}  // namespace

Ended RunConcordat(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Runfile("tools/concordat"));
  const std::string output = NewDirectory("command") + "/output";
  const auto process = ChildProcess::Start({arguments, output, {}, {}});
  EXPECT_TRUE(process.ok()) << process.status();
  if (!process.ok()) return {};
  const absl::StatusOr<int> exit_code = (*process)->Wait(kCommandTimeout);
  EXPECT_TRUE(exit_code.ok()) << exit_code.status();
  return {exit_code.value_or(-1), ReadFile(output).value_or("")};
}

std::vector<std::string> ConnectionTo(Cluster& cluster, const std::string& service,
                                      const std::string& agency) {
  const auto files = cluster.pki().FilesFor(agency, Workload(cluster, agency));
  EXPECT_TRUE(files.ok()) << files.status();
  if (!files.ok()) return {};
  const std::string server = StrCat("svc-", service);
  return {"--server",    StrCat("127.0.0.1:", cluster.port(service)),
          "--server-id", cluster.pki().SpiffeId(server, Workload(cluster, server)),
          "--cert",      files->certificate_chain(),
          "--key",       files->private_key(),
          "--ca",        files->trusted_roots()};
}

}  // namespace concordat::tests
