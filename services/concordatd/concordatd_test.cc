// The program itself: its exit codes and what it says, and that it stops when told.
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/program.h"
#include "services/common/testing/test_events.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/testing/test_config.h"

namespace concordat::services {
namespace {

using testing::Program;

constexpr char kConcordatd[] = "services/concordatd/concordatd";

// Runs to its end; the exit code and what it said.
struct Ended {
  int exit_code;
  std::string output;
};
Ended RunToEnd(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kConcordatd);
  Program program(arguments);
  const int exit_code = program.Wait();
  return {exit_code, program.output()};
}

std::string ConfigFlag(const v1::ServerConfig& config) {
  return absl::StrCat("--config=", testing::WriteTextproto(config));
}

TEST(ConcordatdTest, EndsWithTwoForAWrongCommandLine) {
  const Ended unknown = RunToEnd({"--target=all", "--plaintext"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_EQ(unknown.output,
            "concordatd: command line: got --plaintext, want --target, --config, --check-config or "
            "--help\n");
  EXPECT_EQ(RunToEnd({"--target=everything", "--config=x"}).exit_code, 2);
  EXPECT_EQ(RunToEnd({}).exit_code, 2);
}

TEST(ConcordatdTest, EndsWithTwoForAWrongConfiguration) {
  const Ended missing = RunToEnd({"--target=all", "--config=/nonexistent/config"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(missing.output, "/nonexistent/config")) << missing.output;

  const testing::TestPki pki;
  v1::ServerConfig config = testing::TestConfig(pki, Target::kPolice);
  *config.mutable_tls() = pki.IssueFor("svc-victim");
  for (const char* check : {"--check-config", ""}) {
    std::vector<std::string> arguments = {"--target=police", ConfigFlag(config)};
    if (*check != '\0') arguments.push_back(check);
    const Ended ended = RunToEnd(arguments);
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_TRUE(absl::StartsWith(ended.output, "concordatd: directory_file: agency svc-victim: "))
        << ended.output;
  }
}

TEST(ConcordatdTest, ChecksAConfigurationWithoutTouchingAnything) {
  const testing::TestPki pki;
  const v1::ServerConfig config = testing::TestConfig(pki, Target::kAll);
  const Ended ended = RunToEnd({"--target=all", ConfigFlag(config), "--check-config"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_EQ(ended.output, "config ok\n");
  EXPECT_FALSE(ReadFile(config.ledger().data_dir()).ok());
  EXPECT_NE(access(config.ledger().data_dir().c_str(), F_OK), 0);
}

TEST(ConcordatdTest, PrintsHelp) {
  const Ended ended = RunToEnd({"--help"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(ended.output, "--target=TARGET"));
}

TEST(ConcordatdTest, ServesUntilToldToStop) {
  const testing::TestPki pki;
  v1::ServerConfig config = testing::TestConfig(pki, Target::kAll);
  config.set_port_file(testing::NewTestPath("port"));
  for (const int signal : {SIGTERM, SIGINT}) {
    Program program({kConcordatd, "--target=all", ConfigFlag(config)});
    ASSERT_TRUE(program.WaitForOutput("concordatd: serving all on port ")) << program.output();
    const auto port = ReadFile(config.port_file());
    ASSERT_TRUE(port.ok()) << port.status();
    const auto channel = grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", port->substr(0, port->size() - 1)),
        MutualTlsChannelCredentials(pki.IssueFor("test-police"),
                                    *auth::SpiffeId::Parse(testing::TestUri("svc-ledger"))));
    grpc::ClientContext context;
    v1::Receipt receipt;
    const grpc::Status status = v1::Police::NewStub(channel)->NotifyIncident(
        &context, testing::TestPush(v1::CaseEvent::kIncident), &receipt);
    EXPECT_TRUE(status.ok()) << status.error_message();
    program.Signal(signal);
    EXPECT_EQ(program.Wait(), 0) << program.output();
    EXPECT_TRUE(absl::EndsWith(program.output(), "concordatd: stopping\n")) << program.output();
  }
}

TEST(ConcordatdTest, EndsWithOneWhenTheLogIsInUse) {
  const testing::TestPki pki;
  const v1::ServerConfig config = testing::TestConfig(pki, Target::kLedger);
  const std::string flag = ConfigFlag(config);
  Program first({kConcordatd, "--target=ledger", flag});
  ASSERT_TRUE(first.WaitForOutput("serving ledger")) << first.output();
  const Ended second = RunToEnd({"--target=ledger", flag});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(second.output, config.ledger().data_dir())) << second.output;
  first.Signal(SIGTERM);
  EXPECT_EQ(first.Wait(), 0);
}

}  // namespace
}  // namespace concordat::services
