// concordatd does not start beside another on the same data, nor with a configuration that is
// wrong, and says why.
#include <gmock/gmock.h>

#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;

class StartTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Cluster::Options options;
    options.targets = {"ledger", "police"};
    auto cluster = Cluster::Start(std::move(options));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = cluster->release();
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override {
    ASSERT_NE(cluster_, nullptr);
    dir_ = NewDirectory("start");
  }
  // Those that run go on.
  void TearDown() override {
    static int n = 0;
    const auto police = cluster_->Stub<v1::Police>("lancashire-police");
    const auto receipt =
        Call(*police, &v1::Police::Stub::NotifyIncident, Incident(1, StrCat("start-", n++), 1));
    EXPECT_TRUE(receipt.ok()) << receipt.status();
  }

  struct Ended {
    int code;
    std::string output;
  };
  Ended Start(const std::string& target, const std::string& config) {
    ChildProcess::Options options;
    options.arguments = {Runfile("services/concordatd/concordatd"), StrCat("--target=", target),
                         StrCat("--config=", config)};
    options.output_file = dir_ + "/output";
    const auto process = ChildProcess::Start(options);
    EXPECT_TRUE(process.ok()) << process.status();
    const int code = (*process)->Wait(absl::Seconds(20)).value_or(-1);
    return {code, ReadFile(options.output_file).value_or("")};
  }
  // The target's own configuration with one text in the place of another.
  std::string Changed(const std::string& target, const std::string& from, const std::string& to) {
    std::string text = ReadFile(cluster_->config_file(target)).value_or("");
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    const std::string path = dir_ + "/changed.conf";
    EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
    return path;
  }

  static Cluster* cluster_;
  std::string dir_;
};

Cluster* StartTest::cluster_ = nullptr;

TEST_F(StartTest, ASecondLedgerOnTheSameDataEndsAndTheFirstGoesOn) {
  const Ended ended = Start("ledger", cluster_->config_file("ledger"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              HasSubstr(StrCat("concordatd: data directory ", cluster_->data_dir(), ": got ")));
  EXPECT_THAT(ended.output, HasSubstr("want one that is not open elsewhere"));
}

TEST_F(StartTest, ASecondServiceOnTheSamePortEnds) {
  const Ended ended = Start("police", cluster_->config_file("police"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output,
              HasSubstr(StrCat("listen_address: got 127.0.0.1:", cluster_->port("police"),
                               ", want an address free to listen on")));
}

TEST_F(StartTest, AWrongConfigurationEndsWithTwoAndNamesTheField) {
  const auto wrong = [&](const std::string& from, const std::string& to, const std::string& text) {
    const Ended ended = Start("police", Changed("police", from, to));
    EXPECT_EQ(ended.code, 2) << text;
    EXPECT_THAT(ended.output, HasSubstr(text));
  };
  wrong("drain_seconds", "drain_secs", "drain_secs");
  wrong("svc-police.police.key", "svc-police.police.pem", "tls.private_key: got ");
  wrong("svc-police.police.pem", "nothing.pem", "tls.certificate_chain: ");
  wrong("agency/svc-ledger/ledger", "nobody",
        "ledger_at.spiffe_id: got another form, want the ledger's SPIFFE id");
  EXPECT_EQ(Start("ledger", cluster_->config_file("police")).code, 2);
  EXPECT_EQ(Start("police", dir_ + "/nothing.conf").code, 2);
  EXPECT_EQ(Start("everything", cluster_->config_file("police")).code, 2);
}

TEST_F(StartTest, AnotherServicesCertificateDoesNotStartThisOne) {
  const auto files = cluster_->pki().FilesFor("svc-marac", "marac");
  ASSERT_TRUE(files.ok()) << files.status();
  Changed("police", "svc-police.police.pem", "svc-marac.marac.pem");
  std::string text = ReadFile(dir_ + "/changed.conf").value_or("");
  text.replace(text.find("svc-police.police.key"), 21, "svc-marac.marac.key");
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/changed.conf", text, 0600).ok());
  const Ended ended = Start("police", dir_ + "/changed.conf");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("want a role service of role POLICE for police"));
}

TEST_F(StartTest, APolicyThatOpensR7DoesNotStart) {
  std::string policy = ReadFile(Runfile("deploy/policy/release-policy.textproto")).value_or("");
  const std::string locked = "field_class: VICTIM_LOCATION action: WITHHOLD";
  const size_t drive = policy.find("location-DRV");
  ASSERT_NE(drive, std::string::npos);
  const size_t at = policy.find(locked, drive);
  ASSERT_NE(at, std::string::npos);
  policy.replace(at, locked.size(), "field_class: VICTIM_LOCATION action: RELEASE");
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/policy", policy, 0600).ok());
  const Ended ended =
      Start("ledger",
            Changed("ledger", Runfile("deploy/policy/release-policy.textproto"), dir_ + "/policy"));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("location-DRV"));
}

}  // namespace
}  // namespace concordat::tests
