// The README's Python client, run as it stands there.
#include <gmock/gmock.h>

#include "absl/strings/numbers.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "tests/child_process.h"
#include "tests/cluster.h"
#include "tests/log_audit.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;

class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = NewDirectory("client");
    Cluster::Options options;
    options.targets = {"ledger", "police"};
    auto cluster = Cluster::Start(std::move(options));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    cluster_ = *std::move(cluster);
    Generate();
  }

  struct Ended {
    int code;
    std::string output;
  };
  Ended Run(const std::vector<std::string>& arguments) {
    ChildProcess::Options options;
    options.arguments = arguments;
    options.environment = {StrCat("PYTHONPATH=", dir_), "PYTHONDONTWRITEBYTECODE=1"};
    options.output_file = StrCat(dir_, "/output-", runs_++);
    const auto process = ChildProcess::Start(options);
    EXPECT_TRUE(process.ok()) << process.status();
    const int code = (*process)->Wait(absl::Seconds(60)).value_or(-1);
    return {code, ReadFile(options.output_file).value_or("")};
  }
  void Generate() {
    const std::string protos = Runfile("proto");
    std::vector<std::string> arguments = {
        "/usr/bin/protoc", StrCat("-I", protos), StrCat("--python_out=", dir_),
        StrCat("--grpc_out=", dir_), "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin"};
    for (const char* name : {"access", "config", "data_class", "event", "exchange", "governance",
                             "log", "person", "policy", "services", "state"}) {
      arguments.push_back(StrCat(protos, "/concordat/v1/", name, ".proto"));
    }
    const Ended generated = Run(arguments);
    ASSERT_EQ(generated.code, 0) << generated.output;
  }
  Ended PushAs(const std::string& agency, const std::string& workload) {
    const auto files = cluster_->pki().FilesFor(agency, workload);
    EXPECT_TRUE(files.ok()) << files.status();
    return Run({"/usr/bin/python3", Runfile("tests/client/client.py"),
                StrCat("localhost:", cluster_->port("police")), files->trusted_roots(),
                files->private_key(), files->certificate_chain()});
  }

  std::string dir_;
  int runs_ = 0;
  std::unique_ptr<Cluster> cluster_;
};

TEST_F(ClientTest, PushesAnIncidentAndPrintsItsPlaceInTheLog) {
  const Ended first = PushAs("lancashire-police", "records");
  ASSERT_EQ(first.code, 0) << first.output;
  uint64_t index = 0;
  ASSERT_TRUE(absl::SimpleAtoi(first.output, &index)) << first.output;
  const auto entry = ReadEntry(*cluster_, index);
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->operation(), v1::COLLECTION);
  EXPECT_EQ(entry->collected().type(), v1::INCIDENT_EVENT);
  EXPECT_EQ(entry->actor().agency(), "lancashire-police");
  EXPECT_EQ(entry->actor().via_spiffe_id(), cluster_->pki().SpiffeId("svc-police", "police"));

  const Ended again = PushAs("lancashire-police", "records");
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.output, first.output) << "a retry has the same place";
}

TEST_F(ClientTest, SaysWhyItIsRefused) {
  const Ended refused = PushAs("drive-lancashire", "desk");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.output, HasSubstr("StatusCode.PERMISSION_DENIED"));
  EXPECT_THAT(refused.output, HasSubstr("got a caller of role DRIVE_CASE_MANAGER, want POLICE"));
}

TEST(ReadmeTest, ShowsTheClientAsItIsTested) {
  const auto client = ReadFile(Runfile("tests/client/client.py"));
  const auto readme = ReadFile(Runfile("README.md"));
  ASSERT_TRUE(client.ok() && readme.ok());
  EXPECT_THAT(*readme, HasSubstr(StrCat("```python\n", *client, "```\n")));
}

}  // namespace
}  // namespace concordat::tests
