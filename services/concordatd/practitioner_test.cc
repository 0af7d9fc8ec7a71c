// Persons behind calls, in whole processes over mutual TLS, with an issuer whose keys come over
// HTTPS.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "auth/testing/token_issuer.h"
#include "base/fake_clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/error_info.h"
#include "services/common/server_credentials.h"
#include "services/common/status_mapping.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_events.h"
#include "services/common/testing/test_pki.h"
#include "services/concordatd/process.h"
#include "services/concordatd/testing/test_config.h"
#include "services/http/https_server.h"

namespace concordat::services {
namespace {

using auth::testing::Quoted;
using auth::testing::TokenIssuer;
using testing::TestUri;

class PractitionerTest : public ::testing::Test {
 protected:
  PractitionerTest() { ServeKeys(); }

  void ServeKeys() {
    HttpsServer::Options options;
    options.address = StrCat("127.0.0.1:", keys_port_);
    options.tls = pki_.IssueFor("issuer");
    options.clock = &Clock::Real();
    options.handle = [this](const HttpRequest& request) {
      absl::MutexLock lock(&mutex_);
      return HttpResponse{request.path == "/keys" ? 200 : 404, "application/jwk-set+json",
                          issuer_.KeySet()};
    };
    auto server = HttpsServer::Start(std::move(options));
    ASSERT_TRUE(server.ok()) << server.status();
    keys_ = *std::move(server);
    keys_port_ = keys_->port();
  }
  void StopKeys() { keys_.reset(); }
  void Rotate(const std::string& key_id) {
    absl::MutexLock lock(&mutex_);
    issuer_.Rotate(key_id);
  }
  static v1::AgencyDirectory DirectoryFile() {
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    for (v1::Agency& agency : *file.mutable_agencies()) {
      if (!agency.role_service()) agency.set_practitioner_issuer(auth::testing::kTestIssuer);
    }
    return file;
  }
  v1::ServerConfig ConfigOf(Target target, int ledger_port = 1) const {
    v1::ServerConfig config = testing::TestConfig(pki_, target, ledger_port);
    config.set_directory_file(testing::WriteTextproto(DirectoryFile()));
    v1::PractitionerIssuer issuer = TokenIssuer::Config("");
    issuer.set_jwks_url(StrCat("https://localhost:", keys_port_, "/keys"));
    *config.add_practitioner_issuers() = issuer;
    return config;
  }
  std::unique_ptr<Process> Start(Target target, int ledger_port = 1) const {
    auto setup = LoadSetup(target, testing::WriteTextproto(ConfigOf(target, ledger_port)), clock_);
    EXPECT_TRUE(setup.ok()) << setup.status();
    auto process = Process::Start(*std::move(setup), &clock_);
    EXPECT_TRUE(process.ok()) << process.status();
    return *std::move(process);
  }
  std::shared_ptr<grpc::Channel> Connect(const Process& process, const std::string& agency,
                                         const std::string& server = "svc-ledger") const {
    return grpc::CreateChannel(StrCat("127.0.0.1:", process.port()),
                               MutualTlsChannelCredentials(
                                   pki_.IssueFor(agency), *auth::SpiffeId::Parse(TestUri(server))));
  }
  static void Bear(const std::string& token, grpc::ClientContext* context) {
    if (!token.empty()) context->AddMetadata("authorization", StrCat("Bearer ", token));
  }
  // As a records system does it: nobody is behind it. The case.
  std::string Push(const std::shared_ptr<grpc::Channel>& channel) {
    v1::PushRequest push = testing::TestPush(v1::CaseEvent::kIncident);
    push.mutable_event()->set_source_reference(StrCat("PERSON-", ++pushes_));
    grpc::ClientContext context;
    v1::Receipt receipt;
    const grpc::Status status =
        v1::Police::NewStub(channel)->NotifyIncident(&context, push, &receipt);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return receipt.case_ids_size() == 0 ? "" : receipt.case_ids(0);
  }
  static absl::Status Read(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& case_id, const std::string& token) {
    v1::ReadCaseRequest request;
    request.set_case_id(case_id);
    request.set_purpose(v1::LAW_ENFORCEMENT);
    grpc::ClientContext context;
    Bear(token, &context);
    const auto stream = v1::Police::NewStub(channel)->ReadCase(&context, request);
    v1::CasePage page;
    while (stream->Read(&page)) {
    }
    return FromGrpcStatus(stream->Finish());
  }
  std::string Token(const std::string& agency = "test-police") {
    absl::MutexLock lock(&mutex_);
    return issuer_.Token(agency, "officer-1", clock_.Now());
  }
  // Of the newest disclosure.
  v1::Actor LastReader(const std::shared_ptr<grpc::Channel>& auditor) {
    v1::GetEntriesRequest request;
    request.set_purpose(v1::VERIFY_LAWFULNESS);
    grpc::ClientContext context;
    const auto stream = v1::Ledger::NewStub(auditor)->GetEntries(&context, request);
    v1::GetEntriesResponse response;
    v1::Actor actor;
    while (stream->Read(&response)) {
      for (const std::string& bytes : response.entries()) {
        v1::LogEntry entry;
        EXPECT_TRUE(entry.ParseFromString(bytes));
        if (entry.has_disclosed()) actor = entry.actor();
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
    return actor;
  }

  const testing::TestPki pki_;
  FakeClock clock_{Clock::Real().Now()};
  int keys_port_ = 0;
  absl::Mutex mutex_;
  TokenIssuer issuer_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<HttpsServer> keys_;
  int pushes_ = 0;
};

TEST_F(PractitionerTest, ARecordIsReadByAPersonAndTheLogSaysByWhom) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  const std::string case_id = Push(police);
  const absl::Status alone = Read(police, case_id, "");
  EXPECT_TRUE(absl::IsUnauthenticated(alone)) << alone;
  EXPECT_EQ(ErrorInfoOf(alone)->reason, kTokenMissing);
  EXPECT_TRUE(absl::IsUnauthenticated(Read(police, case_id, Token("test-marac"))));
  ASSERT_TRUE(Read(police, case_id, Token()).ok());
  const v1::Actor reader = LastReader(Connect(*process, "test-auditor"));
  EXPECT_EQ(reader.practitioner(), "officer-1");
  EXPECT_EQ(reader.practitioner_issuer(), auth::testing::kTestIssuer);
  EXPECT_TRUE(reader.strongly_authenticated());
  EXPECT_EQ(reader.authenticated_at().seconds(), absl::ToUnixSeconds(clock_.Now()));
}

TEST_F(PractitionerTest, ARoleServiceHandsTheLargestTokenOnToItsLedger) {
  const auto ledger = Start(Target::kLedger);
  const auto service = Start(Target::kPolice, ledger->port());
  const auto police = Connect(*service, "test-police", "svc-police");
  const std::string case_id = Push(police);
  TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", clock_.Now());
  std::string token;
  const auto padded = [&](size_t bytes) {
    claims["padding"] = Quoted(std::string(bytes, 'x'));
    absl::MutexLock lock(&mutex_);
    return issuer_.Sign(issuer_.Header(), claims);
  };
  size_t padding = 2000;
  while (padded(padding + 1).size() <= auth::kAccessTokenBytesMax) ++padding;
  token = padded(padding);
  EXPECT_GT(token.size(), auth::kAccessTokenBytesMax - 3);
  const absl::Status read = Read(police, case_id, token);
  EXPECT_TRUE(read.ok()) << read;
  // A step-up that the ledger asks for reaches the caller behind the role service as it is.
  EXPECT_TRUE(absl::IsUnauthenticated(Read(police, case_id, "")));
}

TEST_F(PractitionerTest, ANewKeyIsTakenOverWhileTheProcessRuns) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  const std::string case_id = Push(police);
  const std::string before = Token();
  ASSERT_TRUE(Read(police, case_id, before).ok());
  Rotate("key-2");
  clock_.Advance(auth::kIssuerFetchPause);
  const absl::Status first = Read(police, case_id, Token());
  EXPECT_TRUE(absl::IsUnavailable(first) || first.ok()) << first;
  const absl::Time give_up = Clock::Real().Now() + absl::Seconds(60);
  while (!Read(police, case_id, Token()).ok() && Clock::Real().Now() < give_up) {
  }
  EXPECT_TRUE(Read(police, case_id, Token()).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Read(police, case_id, before)));
}

TEST_F(PractitionerTest, AnIssuerThatIsDownStopsNobodyWhoseKeyIsKnown) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  const std::string case_id = Push(police);
  StopKeys();
  clock_.Advance(absl::Minutes(20));
  EXPECT_TRUE(Read(police, case_id, Token()).ok());
}

TEST_F(PractitionerTest, AProcessStartsWhileTheIssuerIsDownAndTakesEventsIn) {
  StopKeys();
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  const std::string case_id = Push(police);
  EXPECT_TRUE(absl::IsUnavailable(Read(police, case_id, Token())));
  ServeKeys();
  clock_.Advance(auth::kIssuerFetchPause);
  const absl::Time give_up = Clock::Real().Now() + absl::Seconds(60);
  while (!Read(police, case_id, Token()).ok() && Clock::Real().Now() < give_up) {
  }
  EXPECT_TRUE(Read(police, case_id, Token()).ok());
}

TEST_F(PractitionerTest, AnOpenStreamEndsWithTheTokenOfItsPerson) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  v1::WatchAlertsRequest request;
  request.set_purpose(v1::VICTIM_SUPPORT);
  grpc::ClientContext context;
  Bear(Token("test-victims"), &context);
  const auto stub = v1::Victim::NewStub(Connect(*process, "test-victims"));
  const auto stream = stub->WatchAlerts(&context, request);
  v1::WatchAlertsItem item;
  ASSERT_TRUE(stream->Read(&item));
  clock_.Advance(absl::Minutes(10));
  Push(police);
  while (stream->Read(&item)) {
  }
  EXPECT_TRUE(absl::IsUnauthenticated(FromGrpcStatus(stream->Finish())));
}

TEST_F(PractitionerTest, GlassIsBrokenByWhoJustProvedToBeThereAndTheCaseReadByTheGrant) {
  const auto process = Start(Target::kAll);
  const auto police = Connect(*process, "test-police");
  const std::string case_id = Push(police);
  v1::BreakGlassRequest request;
  request.set_purpose(v1::LAW_ENFORCEMENT);
  request.set_case_id(case_id);
  request.set_category(v1::RISK_TO_LIFE);
  request.set_reason("she rang: he is at the door");
  const auto break_glass = [&](const std::string& token, v1::AccessGrant* grant) {
    grpc::ClientContext context;
    Bear(token, &context);
    return FromGrpcStatus(v1::Governance::NewStub(police)->BreakGlass(&context, request, grant));
  };
  v1::AccessGrant grant;
  TokenIssuer::Members claims = TokenIssuer::Claims("test-police", "officer-1", clock_.Now());
  claims["auth_time"] = StrCat(absl::ToUnixSeconds(clock_.Now()) - 3600);
  std::string stale;
  {
    absl::MutexLock lock(&mutex_);
    stale = issuer_.Sign(issuer_.Header(), claims);
  }
  const absl::Status refused = break_glass(stale, &grant);
  ASSERT_TRUE(ErrorInfoOf(refused).has_value()) << refused;
  EXPECT_EQ(ErrorInfoOf(refused)->reason, kInsufficientUserAuthentication);
  const absl::Status broken = break_glass(Token(), &grant);
  ASSERT_TRUE(broken.ok()) << broken;
  EXPECT_GT(grant.grant_index(), 0u);
  v1::ReadCaseRequest read;
  read.set_case_id(case_id);
  read.set_purpose(v1::LAW_ENFORCEMENT);
  read.set_grant_index(grant.grant_index());
  grpc::ClientContext context;
  Bear(Token(), &context);
  const auto stream = v1::Police::NewStub(police)->ReadCase(&context, read);
  v1::CasePage page;
  ASSERT_TRUE(stream->Read(&page));
  EXPECT_EQ(page.grant_index(), grant.grant_index());
}

TEST_F(PractitionerTest, ADirectoryThatNamesAnUnknownIssuerIsNotTakenOver) {
  v1::ServerConfig config = ConfigOf(Target::kAll);
  config.clear_practitioner_issuers();
  const auto setup = LoadSetup(Target::kAll, testing::WriteTextproto(config), clock_);
  ASSERT_TRUE(absl::IsInvalidArgument(setup.status()));
  EXPECT_NE(setup.status().message().find("practitioner_issuers"), std::string::npos);

  config = ConfigOf(Target::kAll);
  auto good = LoadSetup(Target::kAll, testing::WriteTextproto(config), clock_);
  ASSERT_TRUE(good.ok()) << good.status();
  const auto process = Process::Start(*std::move(good), &clock_);
  ASSERT_TRUE(process.ok()) << process.status();
  const auto police = Connect(**process, "test-police");
  const std::string case_id = Push(police);
  v1::AgencyDirectory next = DirectoryFile();
  next.set_version(2);
  for (v1::Agency& agency : *next.mutable_agencies()) {
    if (!agency.role_service()) agency.set_practitioner_issuer("https://unknown.test");
  }
  ASSERT_TRUE(
      WriteFileAtomically(config.directory_file(), *ReadFile(testing::WriteTextproto(next)), 0600)
          .ok());
  (*process)->Reload();
  EXPECT_TRUE(Read(police, case_id, Token()).ok());
}

}  // namespace
}  // namespace concordat::services
