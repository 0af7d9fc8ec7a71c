// That a changed file could not be taken over is told by the health service, too: whoever watches
// it need not read standard error.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/health.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/process.h"
#include "services/concordatd/testing/test_config.h"

namespace concordat::services {
namespace {

using testing::HealthOf;
using testing::TestUri;

TEST(ReloadHealthTest, ARefusedPolicyShowsUntilAGoodOneIsThere) {
  const testing::TestPki pki;
  v1::ServerConfig config = testing::TestConfig(pki, Target::kAll);
  const std::string shipped = *ReadFile(config.ledger().policy_file());
  config.mutable_ledger()->set_policy_file(testing::WriteText(shipped));
  auto setup = LoadSetup(Target::kAll, testing::WriteTextproto(config), Clock::Real());
  ASSERT_TRUE(setup.ok()) << setup.status();
  const auto process = Process::Start(*std::move(setup), &Clock::Real());
  ASSERT_TRUE(process.ok()) << process.status();
  const auto channel = grpc::CreateChannel(
      StrCat("127.0.0.1:", (*process)->port()),
      MutualTlsChannelCredentials(pki.IssueFor("test-police"),
                                  *auth::SpiffeId::Parse(TestUri("svc-ledger"))));
  EXPECT_EQ(HealthOf(channel, kConfigurationHealth), "SERVING");
  for (const bool good : {false, true}) {
    ASSERT_TRUE(WriteFileAtomically(config.ledger().policy_file(),
                                    good ? shipped + "\n# Another layout.\n" : shipped + "roles {",
                                    0600)
                    .ok());
    (*process)->Reload();
    EXPECT_EQ(HealthOf(channel, kConfigurationHealth), good ? "SERVING" : "NOT_SERVING");
    // What was in force goes on being served.
    EXPECT_EQ(HealthOf(channel, ""), "SERVING");
  }
}

}  // namespace
}  // namespace concordat::services
