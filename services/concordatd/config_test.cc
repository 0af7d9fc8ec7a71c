#include "services/concordatd/config.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "base/clock.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/testing/test_config.h"

namespace concordat::services {
namespace {

using testing::TestConfig;
using testing::TestUri;
using testing::WriteText;
using testing::WriteTextproto;

class ConfigTest : public ::testing::Test {
 protected:
  // What loading says; "ok" when all is well.
  static std::string TextOf(Target target, const std::string& path) {
    const auto setup = LoadSetup(target, path, Clock::Real());
    return setup.ok() ? "ok" : std::string(setup.status().message());
  }
  static std::string TextOf(Target target, const v1::ServerConfig& config) {
    return TextOf(target, WriteTextproto(config));
  }
  v1::ServerConfig Good(Target target) const { return TestConfig(pki_, target); }

  const testing::TestPki pki_;
};

TEST_F(ConfigTest, RefusesAFileThatIsNotThereOrDoesNotParse) {
  EXPECT_TRUE(
      absl::StrContains(TextOf(Target::kAll, "/nonexistent/config"), "/nonexistent/config"));
  const std::string unknown =
      TextOf(Target::kAll, WriteText("listen_address: \"127.0.0.1:0\"\nplaintext: true\n"));
  EXPECT_TRUE(absl::StrContains(unknown, ":2:")) << unknown;
  EXPECT_TRUE(absl::StrContains(unknown, "plaintext")) << unknown;
  EXPECT_NE(TextOf(Target::kAll, WriteText("listen_address 5")), "ok");
}

TEST_F(ConfigTest, RefusesAConfigurationThatLacksSomething) {
  v1::ServerConfig config = Good(Target::kPolice);
  config.clear_listen_address();
  EXPECT_EQ(TextOf(Target::kPolice, config),
            "listen_address: got nothing, want an address such as 127.0.0.1:0");
  config = Good(Target::kPolice);
  config.clear_tls();
  EXPECT_EQ(TextOf(Target::kPolice, config), "tls: got nothing, want certificate, key and roots");
  config = Good(Target::kPolice);
  config.clear_directory_file();
  EXPECT_EQ(TextOf(Target::kPolice, config),
            "directory_file: got nothing, want the path of an AgencyDirectory");
  config = Good(Target::kPolice);
  config.clear_ledger_at();
  EXPECT_EQ(TextOf(Target::kPolice, config), "ledger_at: got nothing, want it for target police");
  config = Good(Target::kPolice);
  config.mutable_ledger_at()->clear_address();
  EXPECT_EQ(TextOf(Target::kPolice, config), "ledger_at.address: got nothing, want host:port");
  config = Good(Target::kPolice);
  config.mutable_ledger_at()->set_spiffe_id("svc-ledger");
  EXPECT_EQ(TextOf(Target::kPolice, config),
            "ledger_at.spiffe_id: got another form, want the ledger's SPIFFE id");
  config = Good(Target::kLedger);
  config.clear_ledger();
  EXPECT_EQ(TextOf(Target::kLedger, config), "ledger: got nothing, want it for target ledger");
  config = Good(Target::kAll);
  config.mutable_ledger()->clear_data_dir();
  EXPECT_EQ(TextOf(Target::kAll, config),
            "ledger.data_dir: got nothing, want the directory of the log");
}

TEST_F(ConfigTest, RefusesPractitionersIssuersThatCouldNotBeMeant) {
  v1::ServerConfig config = Good(Target::kPolice);
  config.add_practitioner_issuers()->set_issuer("https://issuer.test");
  EXPECT_EQ(TextOf(Target::kPolice, config),
            "practitioner_issuers[0].audience: got 0 bytes, want 1 to 256");
}

TEST_F(ConfigTest, RefusesWhatTheTargetHasNoUseFor) {
  v1::ServerConfig config = Good(Target::kPolice);
  config.mutable_ledger()->set_data_dir("/var/lib/concordat");
  EXPECT_EQ(TextOf(Target::kPolice, config), "ledger: got a value, want nothing for target police");
  config = Good(Target::kAll);
  config.mutable_ledger_at()->set_address("127.0.0.1:1");
  EXPECT_EQ(TextOf(Target::kAll, config), "ledger_at: got a value, want nothing for target all");
  config = Good(Target::kPolice);
  config.set_drain_seconds(301);
  EXPECT_EQ(TextOf(Target::kPolice, config), "drain_seconds: got 301, want at most 300");
}

TEST_F(ConfigTest, RefusesTlsFilesThatDoNotLoad) {
  v1::ServerConfig config = Good(Target::kPolice);
  config.mutable_tls()->set_private_key("/nonexistent/key.pem");
  EXPECT_TRUE(absl::StartsWith(TextOf(Target::kPolice, config), "tls.private_key: "));
  config = Good(Target::kPolice);
  *config.mutable_tls() = pki_.IssueExpired({TestUri("svc-police")});
  EXPECT_TRUE(absl::StrContains(TextOf(Target::kPolice, config), "want a certificate in date"));
}

TEST_F(ConfigTest, RefusesADirectoryThatDoesNotLoad) {
  v1::ServerConfig config = Good(Target::kPolice);
  config.set_directory_file("/nonexistent/directory");
  EXPECT_TRUE(absl::StrContains(TextOf(Target::kPolice, config), "/nonexistent/directory"));
  config.set_directory_file(WriteText("version: 1 nonsense: 2"));
  EXPECT_TRUE(absl::StrContains(TextOf(Target::kPolice, config), "nonsense"));
}

TEST_F(ConfigTest, RefusesAnothersCertificate) {
  v1::ServerConfig config = Good(Target::kPolice);
  *config.mutable_tls() = pki_.IssueFor("svc-victim");
  EXPECT_EQ(
      TextOf(Target::kPolice, config),
      "directory_file: agency svc-victim: got role service of role VICTIM_SERVICE, want a role "
      "service of role POLICE for police");
  *config.mutable_tls() = pki_.IssueFor("test-police");
  EXPECT_EQ(TextOf(Target::kPolice, config),
            "directory_file: agency test-police: got no role service of role POLICE, want a role "
            "service of role POLICE for police");
  *config.mutable_tls() = pki_.IssueFor("test-nobody");
  EXPECT_EQ(TextOf(Target::kPolice, config), "tls.certificate_chain: got " +
                                                 TestUri("test-nobody") +
                                                 ", want a workload of the directory");
  config = Good(Target::kLedger);
  *config.mutable_tls() = pki_.IssueFor("svc-police");
  EXPECT_EQ(TextOf(Target::kLedger, config), "tls.certificate_chain: got " + TestUri("svc-police") +
                                                 ", want a workload of svc-ledger");
}

TEST_F(ConfigTest, RefusesADirectoryWithoutTheServicesOfTargetAll) {
  v1::AgencyDirectory file = testing::TestDirectoryFile();
  for (v1::Agency& agency : *file.mutable_agencies()) {
    if (agency.id() == "svc-marac") agency.set_suspended(true);
  }
  v1::ServerConfig config = Good(Target::kAll);
  config.set_directory_file(WriteTextproto(file));
  EXPECT_EQ(TextOf(Target::kAll, config),
            "directory_file: got no agency svc-marac, want one that is not suspended");
}

TEST_F(ConfigTest, RefusesLedgerKeysAndPolicyThatDoNotLoad) {
  v1::ServerConfig config = Good(Target::kLedger);
  config.mutable_ledger()->set_key_encryption_key_file(WriteText("short"));
  EXPECT_TRUE(
      absl::StartsWith(TextOf(Target::kLedger, config), "ledger.key_encryption_key_file: "));
  config = Good(Target::kLedger);
  config.mutable_ledger()->set_log_signing_key_file(WriteText("no key"));
  EXPECT_TRUE(absl::StartsWith(TextOf(Target::kLedger, config), "ledger.log_signing_key_file: "));
  config = Good(Target::kLedger);
  config.mutable_ledger()->set_log_origin("elsewhere.test/log");
  EXPECT_TRUE(absl::StartsWith(TextOf(Target::kLedger, config), "ledger.log_origin: "));
  config = Good(Target::kLedger);
  config.mutable_ledger()->set_policy_file(WriteText("version: \"1\""));
  EXPECT_NE(TextOf(Target::kLedger, config), "ok");
}

TEST_F(ConfigTest, LoadsEveryTarget) {
  for (const Target target : {Target::kAll, Target::kLedger, Target::kPolice, Target::kSocial,
                              Target::kMarac, Target::kVictim}) {
    EXPECT_EQ(TextOf(target, Good(target)), "ok") << TargetName(target);
  }
}

TEST_F(ConfigTest, DrainsForFiveSecondsUnlessToldOtherwise) {
  v1::ServerConfig config;
  EXPECT_EQ(DrainOf(config), absl::Seconds(5));
  config.set_drain_seconds(60);
  EXPECT_EQ(DrainOf(config), absl::Seconds(60));
}

}  // namespace
}  // namespace concordat::services
