// Whole processes in this one, over mutual TLS and on a real log.
#include "services/concordatd/process.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/test_events.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/testing/test_config.h"

namespace concordat::services {
namespace {

using testing::TestUri;
using v1::CaseEvent;

class ProcessTest : public ::testing::Test {
 protected:
  std::unique_ptr<Process> Start(Target target, const v1::ServerConfig& config) const {
    auto setup = LoadSetup(target, testing::WriteTextproto(config), Clock::Real());
    EXPECT_TRUE(setup.ok()) << setup.status();
    auto process = Process::Start(*std::move(setup), &Clock::Real());
    EXPECT_TRUE(process.ok()) << process.status();
    return *std::move(process);
  }
  std::unique_ptr<Process> Start(Target target, int ledger_port = 1) const {
    return Start(target, testing::TestConfig(pki_, target, ledger_port));
  }
  // A channel as that agency to a process whose certificate is `server`'s.
  std::shared_ptr<grpc::Channel> Connect(const Process& process, const std::string& server,
                                         const std::string& agency) const {
    return grpc::CreateChannel(absl::StrCat("127.0.0.1:", process.port()),
                               MutualTlsChannelCredentials(
                                   pki_.IssueFor(agency), *auth::SpiffeId::Parse(TestUri(server))));
  }
  static grpc::Status Push(const std::shared_ptr<grpc::Channel>& channel, v1::Receipt* receipt) {
    grpc::ClientContext context;
    return v1::Police::NewStub(channel)->NotifyIncident(
        &context, testing::TestPush(CaseEvent::kIncident), receipt);
  }
  // Pages of the case read with the stub's ReadCase or PullCaseHistory.
  template <typename Stream>
  static int CountEvents(Stream stream, grpc::Status* status) {
    int events = 0;
    v1::CasePage page;
    while (stream->Read(&page)) events += page.events_size();
    *status = stream->Finish();
    return events;
  }

  const testing::TestPki pki_;
};

TEST_F(ProcessTest, RefusesASecondProcessOnTheSameLog) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kLedger);
  const auto first = Start(Target::kLedger, config);
  auto setup = LoadSetup(Target::kLedger, testing::WriteTextproto(config), Clock::Real());
  ASSERT_TRUE(setup.ok());
  const auto second = Process::Start(*std::move(setup), &Clock::Real());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(std::string(second.status().message()).find(config.ledger().data_dir()),
            std::string::npos)
      << second.status();
}

TEST_F(ProcessTest, KeepsAgenciesFromTheLedgerItself) {
  const auto process = Start(Target::kAll);
  grpc::ClientContext context;
  v1::Receipt receipt;
  const auto stub = v1::Ledger::NewStub(Connect(*process, "svc-ledger", "test-police"));
  EXPECT_EQ(stub->Append(&context, testing::TestPush(CaseEvent::kIncident), &receipt).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ProcessTest, DoesNotBelieveWorkloadMetadataOnItsPort) {
  const auto process = Start(Target::kAll);
  grpc::ClientContext context;
  context.AddMetadata(kWorkloadMetadata, TestUri("svc-police"));
  v1::EndCaller end_caller;
  end_caller.set_spiffe_id(TestUri("test-police"));
  end_caller.set_certificate_sha256(std::string(32, 'x'));
  context.AddMetadata(kEndCallerMetadata, end_caller.SerializeAsString());
  v1::Receipt receipt;
  const auto stub = v1::Ledger::NewStub(Connect(*process, "svc-ledger", "test-housing"));
  EXPECT_EQ(stub->Append(&context, testing::TestPush(CaseEvent::kIncident), &receipt).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ProcessTest, ServesEverythingInOneProcess) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "svc-ledger", "test-police");
  v1::Receipt receipt;
  const grpc::Status pushed = Push(police, &receipt);
  ASSERT_TRUE(pushed.ok()) << pushed.error_message();
  ASSERT_EQ(receipt.case_ids_size(), 1);
  v1::Receipt again;
  ASSERT_TRUE(Push(police, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), receipt.SerializeAsString());

  v1::ReadCaseRequest read;
  read.set_case_id(receipt.case_ids(0));
  read.set_purpose(v1::LAW_ENFORCEMENT);
  grpc::Status status;
  const auto police_stub = v1::Police::NewStub(police);
  grpc::ClientContext own;
  EXPECT_EQ(CountEvents(police_stub->ReadCase(&own, read), &status), 1);
  EXPECT_TRUE(status.ok()) << status.error_message();

  // Housing takes part in cases, in this one not.
  read.set_purpose(v1::HOUSING_SAFETY);
  const auto housing_stub = v1::Marac::NewStub(Connect(*process, "svc-ledger", "test-housing"));
  grpc::ClientContext uninvited;
  EXPECT_EQ(CountEvents(housing_stub->PullCaseHistory(&uninvited, read), &status), 0);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ProcessTest, ServesEachTargetAsAProcessOfItsOwn) {
  const auto ledger = Start(Target::kLedger);
  const auto police = Start(Target::kPolice, ledger->port());
  const auto marac = Start(Target::kMarac, ledger->port());
  const auto victim = Start(Target::kVictim, ledger->port());

  const auto victim_stub = v1::Victim::NewStub(Connect(*victim, "svc-victim", "test-victims"));
  v1::WatchAlertsRequest watch;
  watch.set_purpose(v1::VICTIM_SUPPORT);
  grpc::ClientContext watch_context;
  const auto alerts = victim_stub->WatchAlerts(&watch_context, watch);

  v1::Receipt receipt;
  const auto police_channel = Connect(*police, "svc-police", "test-police");
  const grpc::Status pushed = Push(police_channel, &receipt);
  ASSERT_TRUE(pushed.ok()) << pushed.error_message();
  // The referral makes the victim service party to the case, and is its first news.
  v1::PushRequest referral = testing::TestPush(CaseEvent::kMaracReferral, v1::LAW_ENFORCEMENT);
  referral.mutable_event()->set_source_reference("REF-2");
  referral.mutable_event()->set_case_id(receipt.case_ids(0));
  grpc::ClientContext refer_context;
  v1::Receipt referred;
  const grpc::Status refer_status = v1::Marac::NewStub(Connect(*marac, "svc-marac", "test-police"))
                                        ->ReferCase(&refer_context, referral, &referred);
  ASSERT_TRUE(refer_status.ok()) << refer_status.error_message();

  v1::WatchAlertsItem item;
  while (!item.has_alert()) ASSERT_TRUE(alerts->Read(&item));
  EXPECT_EQ(item.alert().sequence(), 1u);
  EXPECT_EQ(item.alert().case_id(), receipt.case_ids(0));

  v1::AcknowledgeAlertsRequest acknowledge;
  acknowledge.set_purpose(v1::VICTIM_SUPPORT);
  acknowledge.add_sequences(1);
  grpc::ClientContext acknowledge_context;
  v1::AcknowledgeAlertsResponse acknowledged;
  const grpc::Status status =
      victim_stub->AcknowledgeAlerts(&acknowledge_context, acknowledge, &acknowledged);
  EXPECT_TRUE(status.ok()) << status.error_message();
  watch_context.TryCancel();
  EXPECT_EQ(alerts->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ProcessTest, StopsWithWatchersOpenAndKeepsWhatWasAcknowledged) {
  const v1::ServerConfig config = testing::TestConfig(pki_, Target::kAll);
  v1::Receipt receipt;
  {
    const auto process = Start(Target::kAll, config);
    ASSERT_TRUE(Push(Connect(*process, "svc-ledger", "test-police"), &receipt).ok());
    const auto stub = v1::Victim::NewStub(Connect(*process, "svc-ledger", "test-victims"));
    v1::WatchAlertsRequest watch;
    watch.set_purpose(v1::VICTIM_SUPPORT);
    grpc::ClientContext context;
    const auto alerts = stub->WatchAlerts(&context, watch);
    v1::WatchAlertsItem item;
    ASSERT_TRUE(alerts->Read(&item));
    process->Stop();
    while (alerts->Read(&item)) {
    }
    EXPECT_EQ(alerts->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
    process->Stop();
  }
  const auto process = Start(Target::kAll, config);
  v1::Receipt again;
  ASSERT_TRUE(Push(Connect(*process, "svc-ledger", "test-police"), &again).ok());
  EXPECT_EQ(again.SerializeAsString(), receipt.SerializeAsString());
}

TEST_F(ProcessTest, AnswersUnavailableWhileTheLedgerIsAway) {
  const auto police = Start(Target::kPolice, /*ledger_port=*/1);
  v1::Receipt receipt;
  const grpc::Status status = Push(Connect(*police, "svc-police", "test-police"), &receipt);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message().rfind("ledger: ", 0), 0u) << status.error_message();
}

TEST_F(ProcessTest, RefusesALedgerOfAnotherIdentity) {
  const auto impostor = Start(Target::kVictim);
  const auto police = Start(Target::kPolice, impostor->port());
  v1::Receipt receipt;
  EXPECT_EQ(Push(Connect(*police, "svc-police", "test-police"), &receipt).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  concordat::services::RequireTls13();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
