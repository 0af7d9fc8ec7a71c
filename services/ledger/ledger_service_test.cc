// The ledger on the wire, over an in-process server: alert streams, what an auditor reads, and who
// is turned away.
#include "services/ledger/ledger_service.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <vector>

#include "base/str_cat.h"
#include "services/common/grpc_life.h"
#include "services/ledger/ledger_fixture.h"

namespace concordat::services {
namespace {

class LedgerServiceTest : public LedgerFixture {
 protected:
  void SetUp() override {
    KeepGrpcRunning();
    LedgerFixture::SetUp();
    auto policies = AuthPolicyTable::ForServices({"concordat.v1.Ledger"});
    ASSERT_TRUE(policies.ok()) << policies.status();
    auto guard = CallGuard::Create(
        {trust_.get(), &clock_, *std::move(policies), CallGuard::Transport::kInProcess});
    ASSERT_TRUE(guard.ok()) << guard.status();
    guard_ = *std::move(guard);
    service_ = std::make_unique<LedgerService>(ledger_.get(), guard_.get(), &clock_);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::Ledger::NewStub(server_->InProcessChannel({}));
  }
  void TearDown() override {
    ledger_->Shutdown();
    server_->Shutdown();
  }

  std::string Id(const std::string& agency) const {
    const std::string workload = directory().Find(agency)->workloads(0);
    return StrCat("spiffe://", directory().trust_domain(), "/agency/", agency, "/", workload);
  }
  // A context as `workload_agency`, on behalf of `end_caller` (empty: nobody).
  std::unique_ptr<grpc::ClientContext> As(const std::string& workload_agency,
                                          const std::string& end_caller) const {
    return AsId(workload_agency, end_caller.empty() ? "" : Id(end_caller));
  }
  std::unique_ptr<grpc::ClientContext> AsId(const std::string& workload_agency,
                                            const std::string& end_caller_id) const {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata(kWorkloadMetadata, Id(workload_agency));
    if (!end_caller_id.empty()) {
      v1::EndCaller stated;
      stated.set_spiffe_id(end_caller_id);
      stated.set_certificate_sha256(std::string(32, '\2'));
      context->AddMetadata(kEndCallerMetadata, stated.SerializeAsString());
    }
    return context;
  }
  static v1::WatchAlertsRequest Watch(uint64_t shown_through = 0) {
    v1::WatchAlertsRequest request;
    request.set_purpose(v1::VICTIM_SUPPORT);
    request.set_shown_through(shown_through);
    return request;
  }

  std::unique_ptr<CallGuard> guard_;
  std::unique_ptr<LedgerService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Ledger::Stub> stub_;
};

TEST_F(LedgerServiceTest, TurnsAwayWhoeverIsNoRoleServiceWithAnEndCaller) {
  for (const auto& [workload, end_caller] :
       {std::pair{"fcwa-victim-service", ""}, std::pair{"svc-victim", ""},
        std::pair{"fcwa-victim-service", "lancashire-police"},
        std::pair{"svc-victim", "lancashire-police"}}) {
    const auto context = As(workload, end_caller);
    const auto stream = stub_->FollowAlerts(context.get(), Watch());
    v1::WatchAlertsItem item;
    EXPECT_FALSE(stream->Read(&item)) << workload << " for " << end_caller;
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  }
}

TEST_F(LedgerServiceTest, WatcherGetsAHeartbeatWhenCaughtUpAndEachAlertOnce) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  const auto context = As("svc-victim", "fcwa-victim-service");
  const auto stream = stub_->FollowAlerts(context.get(), Watch());
  v1::WatchAlertsItem item;
  ASSERT_TRUE(stream->Read(&item));
  EXPECT_EQ(item.alert().sequence(), 1u);
  ASSERT_TRUE(stream->Read(&item));
  ASSERT_TRUE(item.has_heartbeat());
  EXPECT_EQ(item.heartbeat().last_sequence(), 1u);
  for (int n = 2; n < 20; ++n) {
    ASSERT_TRUE(PushIncident(Incident(n)).ok());
    do {
      ASSERT_TRUE(stream->Read(&item));
    } while (item.has_heartbeat());
    EXPECT_EQ(item.alert().sequence(), static_cast<uint64_t>(n));
    EXPECT_EQ(item.alert().event().event().incident().incident_number(), StrCat("LC-TEST-", n));
  }
  context->TryCancel();
  while (stream->Read(&item)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// What follows a push must not tell its sender, by the index of its next receipt, whether the
// persons are known: as many entries follow for strangers as for those whom a watcher protects.
TEST_F(LedgerServiceTest, AsManyEntriesFollowAnEventAboutStrangersAsOneThatAlerts) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  const auto context = As("svc-victim", "fcwa-victim-service");
  const auto second_context = As("svc-victim", "fcwa-victim-service");
  const auto stream = stub_->FollowAlerts(context.get(), Watch());
  const auto second_stream = stub_->FollowAlerts(second_context.get(), Watch());
  v1::WatchAlertsItem item;
  for (auto* each : {stream.get(), second_stream.get()}) {
    do {
      ASSERT_TRUE(each->Read(&item));
    } while (!item.has_heartbeat());
  }
  const Caller outsider = Police("cumbria-police");
  uint64_t expected_index = Entries().size();
  for (const int n : {2, 3, 4, 5, 6, 7}) {
    v1::CaseEvent event = Incident(n);
    for (v1::Person& person : *event.mutable_persons()) {
      if (n % 2 == 1) continue;
      person.clear_external_ids();
      person.set_full_name(StrCat(person.full_name(), "-Other", n));
    }
    const auto receipt = Push(outsider, event, v1::LAW_ENFORCEMENT);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_EQ(receipt->leaf_index(), expected_index) << n;
    expected_index += 3;  // The event, and what each of the two streams was woken to read.
    int alerts = 0;
    for (auto* each : {stream.get(), second_stream.get()}) {
      do {  // The heartbeat comes after what was read is in the log.
        ASSERT_TRUE(each->Read(&item));
        alerts += item.has_alert() ? 1 : 0;
      } while (!item.has_heartbeat());
    }
    EXPECT_EQ(alerts, n % 2 == 1 ? 2 : 0) << n;
    EXPECT_EQ(Entries().size(), expected_index) << n;
  }
  context->TryCancel();
  second_context->TryCancel();
}

TEST_F(LedgerServiceTest, ManyAlertsComeInOrderThroughSeveralPages) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  constexpr int kAlerts = 150;
  for (int n = 2; n <= kAlerts; ++n) ASSERT_TRUE(PushIncident(Incident(n)).ok());
  const auto context = As("svc-victim", "fcwa-victim-service");
  const auto stream = stub_->FollowAlerts(context.get(), Watch(10));
  v1::WatchAlertsItem item;
  for (uint64_t sequence = 11; sequence <= kAlerts; ++sequence) {
    ASSERT_TRUE(stream->Read(&item));
    ASSERT_EQ(item.alert().sequence(), sequence);
  }
  ASSERT_TRUE(stream->Read(&item));
  EXPECT_TRUE(item.has_heartbeat());
  context->TryCancel();
}

TEST_F(LedgerServiceTest, WatchersAreToldToConnectAgainWhenTheLedgerCloses) {
  const auto context = As("svc-victim", "fcwa-victim-service");
  const auto stream = stub_->FollowAlerts(context.get(), Watch());
  v1::WatchAlertsItem item;
  ASSERT_TRUE(stream->Read(&item));
  ledger_->Shutdown();
  while (stream->Read(&item)) {
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "ledger: closing, connect again");
}

TEST_F(LedgerServiceTest, RefusesAMissingPurposeNamingIt) {
  const auto context = As("svc-victim", "fcwa-victim-service");
  const auto stream = stub_->FollowAlerts(context.get(), v1::WatchAlertsRequest());
  v1::WatchAlertsItem item;
  EXPECT_FALSE(stream->Read(&item));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message().rfind("purpose: got PURPOSE_UNSPECIFIED", 0), 0u);
}

TEST_F(LedgerServiceTest, AnOfficerIsToldByItsOwnWorkloadAlone) {
  ChangeDirectory([](v1::Agency& agency) {
    if (agency.id() == "lancashire-marac") {
      agency.add_workloads("dpo");
      agency.add_officer_workloads("dpo");
    }
  });
  ChangeDirectory([](v1::Agency& agency) {
    if (agency.id() == "fcwa-victim-service") agency.set_overseen_by("lancashire-marac");
  });
  const auto referred = Refer(Referral(1));
  ASSERT_TRUE(referred.ok()) << referred.status();
  ASSERT_TRUE(ReadAs(Idva(), referred->case_ids(0)).ok());
  v1::ReadNoticesRequest request;
  request.set_purpose(v1::MARAC_MEETING);
  request.set_desk(v1::DATA_PROTECTION);
  const Caller officer = Officer(Coordinator());
  for (const auto& [id, code] :
       {std::pair{Id("lancashire-marac"), grpc::StatusCode::PERMISSION_DENIED},
        std::pair{officer.id.ToString(), grpc::StatusCode::OK}}) {
    v1::ReadNoticesResponse response;
    const grpc::Status status = stub_->ReadNotices(AsId("svc-marac", id).get(), request, &response);
    EXPECT_EQ(status.error_code(), code) << id << ": " << status.error_message();
    ASSERT_EQ(response.items_size(), status.ok() ? 1 : 0);
    if (!status.ok()) continue;
    EXPECT_EQ(response.items(0).notice().kind(), v1::UNUSUAL_ACCESS);
    EXPECT_EQ(response.items(0).by_agency(), "fcwa-victim-service");
  }
}

TEST_F(LedgerServiceTest, AuditorReadsEveryEntryAndTheReadingIsAnEntry) {
  ASSERT_TRUE(Refer(Referral(1)).ok());
  const size_t before = Entries().size();
  v1::GetEntriesRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  const auto context = As("log-auditor", "");
  const auto stream = stub_->GetEntries(context.get(), request);
  v1::GetEntriesResponse page;
  size_t read = 0;
  while (stream->Read(&page)) {
    EXPECT_EQ(page.first_index(), read);
    read += static_cast<size_t>(page.entries_size());
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(read, before);
  const std::vector<v1::LogEntry> after = Entries();
  ASSERT_EQ(after.size(), before + 1);
  EXPECT_EQ(after.back().operation(), v1::CONSULTATION);
  EXPECT_EQ(after.back().log_read().end_index(), before);
}

TEST_F(LedgerServiceTest, NobodyElseReadsTheLog) {
  v1::GetEntriesRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  for (const char* agency : {"lancashire-police", "fcwa-victim-service", "evaluation-team"}) {
    const auto context = As(agency, "");
    const auto stream = stub_->GetEntries(context.get(), request);
    v1::GetEntriesResponse page;
    EXPECT_FALSE(stream->Read(&page)) << agency;
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  }
}

TEST_F(LedgerServiceTest, RefusesARangeBeyondTheLog) {
  v1::GetEntriesRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  request.set_end_index(1000000);
  const auto context = As("log-auditor", "");
  const auto stream = stub_->GetEntries(context.get(), request);
  v1::GetEntriesResponse page;
  EXPECT_FALSE(stream->Read(&page));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace concordat::services
