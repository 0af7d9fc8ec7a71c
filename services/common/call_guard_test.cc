#include "services/common/call_guard.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/fake_clock.h"
#include "base/files.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/certificate.h"
#include "services/common/grpc_life.h"
#include "services/common/server_credentials.h"
#include "services/common/status_mapping.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using testing::TestUri;

// Admits and remembers; one handler for each authentication policy.
struct Probe {
  const CallGuard* guard = nullptr;
  std::optional<Caller> caller;

  grpc::ServerUnaryReactor* Admit(grpc::CallbackServerContext* context, std::string_view method) {
    absl::StatusOr<Caller> admitted = guard->Admit(*context, method);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const absl::Status status = admitted.status();
    if (admitted.ok()) caller = *std::move(admitted);
    reactor->Finish(ToGrpcStatus(status));
    return reactor;
  }
};

class ProbeLedger final : public v1::Ledger::CallbackService {
 public:
  explicit ProbeLedger(Probe* probe) : probe_(probe) {}
  grpc::ServerUnaryReactor* Append(grpc::CallbackServerContext* context, const v1::PushRequest*,
                                   v1::Receipt*) override {
    return probe_->Admit(context, "/concordat.v1.Ledger/Append");
  }
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest*,
                                          v1::GetCheckpointResponse*) override {
    return probe_->Admit(context, "/concordat.v1.Ledger/GetCheckpoint");
  }

 private:
  Probe* const probe_;
};

class ProbePolice final : public v1::Police::CallbackService {
 public:
  explicit ProbePolice(Probe* probe) : probe_(probe) {}
  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest*, v1::Receipt*) override {
    return probe_->Admit(context, "/concordat.v1.Police/NotifyIncident");
  }

 private:
  Probe* const probe_;
};

v1::EndCaller EndCallerOf(const std::string& uri) {
  v1::EndCaller end_caller;
  end_caller.set_spiffe_id(uri);
  end_caller.set_certificate_sha256(std::string(32, 'e'));
  return end_caller;
}

using Metadata = std::vector<std::pair<std::string, std::string>>;

// The metadata by which a role service acts for that agency.
Metadata OnBehalfOf(std::string_view agency) {
  return {{kEndCallerMetadata, EndCallerOf(TestUri(agency)).SerializeAsString()}};
}

class CallGuardTest : public ::testing::Test {
 protected:
  CallGuardTest() { KeepGrpcRunning(); }
  void StartGuard(CallGuard::Transport transport) {
    auto policies = AuthPolicyTable::ForServices({"concordat.v1.Ledger", "concordat.v1.Police"});
    ASSERT_TRUE(policies.ok());
    auto guard = CallGuard::Create({&trust_, &clock_, *std::move(policies), transport});
    ASSERT_TRUE(guard.ok());
    guard_ = *std::move(guard);
    probe_.guard = guard_.get();
  }
  void SetUp() override {
    StartGuard(CallGuard::Transport::kMutualTls);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", MutualTlsServerCredentials(pki_.IssueFor("svc-ledger")),
                             &port_);
    builder.RegisterService(&ledger_);
    builder.RegisterService(&police_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override { server_->Shutdown(); }

  std::shared_ptr<grpc::Channel> Connect(const v1::TlsFiles& files) const {
    return grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", port_),
        MutualTlsChannelCredentials(files, *auth::SpiffeId::Parse(TestUri("svc-ledger"))));
  }

  enum class Method { kNotifyIncident, kAppend, kGetCheckpoint };
  grpc::Status CallOn(const std::shared_ptr<grpc::Channel>& channel, Method method,
                      const Metadata& metadata) {
    grpc::ClientContext context;
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    v1::Receipt receipt;
    v1::GetCheckpointResponse checkpoint;
    switch (method) {
      case Method::kNotifyIncident:
        return v1::Police::NewStub(channel)->NotifyIncident(&context, {}, &receipt);
      case Method::kAppend:
        return v1::Ledger::NewStub(channel)->Append(&context, {}, &receipt);
      case Method::kGetCheckpoint:
        return v1::Ledger::NewStub(channel)->GetCheckpoint(&context, {}, &checkpoint);
    }
    return grpc::Status::CANCELLED;
  }
  grpc::Status Call(const v1::TlsFiles& files, Method method, const Metadata& metadata = {}) {
    return CallOn(Connect(files), method, metadata);
  }

  void ExpectRefused(const grpc::Status& status, const std::string& why) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(status.error_message(), why);
    EXPECT_FALSE(probe_.caller.has_value());
  }

  const testing::TestPki pki_;
  auth::Trust trust_{testing::TestDirectory()};
  FakeClock clock_{Clock::Real().Now()};
  std::unique_ptr<CallGuard> guard_;
  Probe probe_;
  ProbeLedger ledger_{&probe_};
  ProbePolice police_{&probe_};
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

TEST_F(CallGuardTest, RefusesAClientWithoutCertificate) {
  const auto roots = ReadFile(pki_.roots_file());
  ASSERT_TRUE(roots.ok());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = *roots;
  const auto channel =
      grpc::CreateChannel(absl::StrCat("localhost:", port_), grpc::SslCredentials(options));
  EXPECT_EQ(CallOn(channel, Method::kNotifyIncident, {}).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(probe_.caller.has_value());
}

TEST_F(CallGuardTest, RefusesAPlaintextClient) {
  const auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::InsecureChannelCredentials());
  EXPECT_EQ(CallOn(channel, Method::kNotifyIncident, {}).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(probe_.caller.has_value());
}

TEST_F(CallGuardTest, RefusesAnExpiredCertificate) {
  EXPECT_EQ(Call(pki_.IssueExpired({TestUri("test-police")}), Method::kNotifyIncident).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(probe_.caller.has_value());
}

TEST_F(CallGuardTest, RefusesACertificateThatRanOutOnAnOpenConnection) {
  const auto channel = Connect(pki_.IssueFor("test-police"));
  ASSERT_TRUE(CallOn(channel, Method::kNotifyIncident, {}).ok());
  probe_.caller.reset();
  clock_.Advance(absl::Hours(2));
  ExpectRefused(CallOn(channel, Method::kNotifyIncident, {}),
                "caller: got a certificate that is out of date, want one in date");
}

TEST_F(CallGuardTest, RefusesACertificateOfAnotherAuthority) {
  const testing::TestPki other;
  v1::TlsFiles files = other.IssueFor("test-police");
  files.set_trusted_roots(pki_.roots_file());  // So that it is the server that refuses.
  EXPECT_EQ(Call(files, Method::kNotifyIncident).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(probe_.caller.has_value());
}

TEST_F(CallGuardTest, RefusesACertificateWithoutOrWithSeveralUriNames) {
  ExpectRefused(Call(pki_.Issue({}), Method::kNotifyIncident),
                "caller: got a certificate with 0 URI names, want exactly one");
  ExpectRefused(
      Call(pki_.Issue({TestUri("test-police"), TestUri("test-victims")}), Method::kNotifyIncident),
      "caller: got a certificate with 2 URI names, want exactly one");
}

TEST_F(CallGuardTest, RefusesAUriNameThatIsNoWorkload) {
  for (const std::string& uri :
       {std::string("https://services.concordat.test/agency/test-police/desk"),
        std::string("spiffe://services.concordat.test/test-police"),
        TestUri("test-police") + "/more"}) {
    ExpectRefused(Call(pki_.Issue({uri}), Method::kNotifyIncident),
                  "caller: got a URI that names no agency's workload, want spiffe://<trust "
                  "domain>/agency/<agency>/<workload>");
  }
}

TEST_F(CallGuardTest, RefusesUnknownSuspendedAndMisplacedCallersInOneText) {
  const std::string why =
      Call(pki_.IssueFor("test-nobody"), Method::kNotifyIncident).error_message();
  EXPECT_FALSE(why.empty());
  for (const std::string& uri :
       {TestUri("test-nobody"), TestUri("test-suspended"), TestUri("test-police", "kiosk"),
        std::string("spiffe://elsewhere.test/agency/test-police/desk")}) {
    ExpectRefused(Call(pki_.Issue({uri}), Method::kNotifyIncident), why);
  }
}

TEST_F(CallGuardTest, RefusesARoleThatMayNotCallTheMethod) {
  ExpectRefused(Call(pki_.IssueFor("test-victims"), Method::kNotifyIncident),
                "/concordat.v1.Police/NotifyIncident: got a caller of role VICTIM_SERVICE, want "
                "POLICE");
  ExpectRefused(Call(pki_.IssueFor("test-police"), Method::kGetCheckpoint),
                "/concordat.v1.Ledger/GetCheckpoint: got a caller of role POLICE, want AUDITOR");
}

TEST_F(CallGuardTest, RefusesAnEndCallerStatedByAnAgency) {
  ExpectRefused(
      Call(pki_.IssueFor("test-police"), Method::kNotifyIncident, OnBehalfOf("test-police")),
      "caller: got an end caller stated by a workload that is no role service, want none");
  ExpectRefused(
      Call(pki_.IssueFor("test-police"), Method::kAppend, OnBehalfOf("test-police")),
      "caller: got an end caller stated by a workload that is no role service, want none");
  ExpectRefused(
      Call(pki_.IssueFor("test-auditor"), Method::kGetCheckpoint, OnBehalfOf("test-auditor")),
      "caller: got an end caller stated by a workload that is no role service, want none");
}

TEST_F(CallGuardTest, RefusesAnAgencyAtTheLedgerItself) {
  ExpectRefused(Call(pki_.IssueFor("test-police"), Method::kAppend),
                "caller: got an agency's own workload, want a role service, which alone may call "
                "/concordat.v1.Ledger/Append");
}

TEST_F(CallGuardTest, RefusesARoleServiceWithoutEndCaller) {
  ExpectRefused(Call(pki_.IssueFor("svc-police"), Method::kAppend),
                "caller: got a role service alone, want one that states its end caller");
}

TEST_F(CallGuardTest, RefusesARoleServiceThatCallsAsAnAgency) {
  ExpectRefused(Call(pki_.IssueFor("svc-police"), Method::kNotifyIncident),
                "caller: got a role service, want an agency's own workload for "
                "/concordat.v1.Police/NotifyIncident");
  ExpectRefused(
      Call(pki_.IssueFor("svc-police"), Method::kNotifyIncident, OnBehalfOf("test-police")),
      "caller: got a role service, want an agency's own workload for "
      "/concordat.v1.Police/NotifyIncident");
  ExpectRefused(Call(pki_.IssueFor("svc-ledger"), Method::kGetCheckpoint),
                "caller: got a role service, want an agency's own workload for "
                "/concordat.v1.Ledger/GetCheckpoint");
}

TEST_F(CallGuardTest, RefusesEndCallersThatAreMalformed) {
  const v1::TlsFiles service = pki_.IssueFor("svc-police");
  const std::string good = EndCallerOf(TestUri("test-police")).SerializeAsString();
  ExpectRefused(
      Call(service, Method::kAppend, {{kEndCallerMetadata, good}, {kEndCallerMetadata, good}}),
      "caller: got several end callers, want one");
  v1::EndCaller short_digest = EndCallerOf(TestUri("test-police"));
  short_digest.set_certificate_sha256("short");
  for (const std::string& bad :
       {std::string("\x0a"), std::string(), short_digest.SerializeAsString()}) {
    ExpectRefused(Call(service, Method::kAppend, {{kEndCallerMetadata, bad}}),
                  "caller: got malformed end caller metadata, want an EndCaller");
  }
  ExpectRefused(Call(service, Method::kAppend,
                     {{kEndCallerMetadata, EndCallerOf("test-police").SerializeAsString()}}),
                "caller: got a URI that names no agency's workload, want spiffe://<trust "
                "domain>/agency/<agency>/<workload>");
}

TEST_F(CallGuardTest, RefusesEndCallersThatTheDirectoryDoesNotKnow) {
  const std::string why =
      Call(pki_.IssueFor("test-nobody"), Method::kNotifyIncident).error_message();
  ExpectRefused(Call(pki_.IssueFor("svc-police"), Method::kAppend, OnBehalfOf("test-nobody")), why);
  ExpectRefused(Call(pki_.IssueFor("svc-police"), Method::kAppend, OnBehalfOf("test-suspended")),
                why);
}

TEST_F(CallGuardTest, RefusesEndCallersThatTheServiceDoesNotActFor) {
  ExpectRefused(Call(pki_.IssueFor("svc-victim"), Method::kAppend, OnBehalfOf("test-police")),
                "caller: got an end caller of role POLICE, want one that a service of role "
                "VICTIM_SERVICE acts for");
  ExpectRefused(Call(pki_.IssueFor("svc-marac"), Method::kAppend, OnBehalfOf("test-evaluator")),
                "caller: got an end caller of role EVALUATOR, want one that a service of role "
                "MARAC_COORDINATOR acts for");
  // A role service is nobody's end caller, of its own role either.
  ExpectRefused(Call(pki_.IssueFor("svc-marac"), Method::kAppend, OnBehalfOf("svc-police")),
                "caller: got an end caller of role POLICE, want one that a service of role "
                "MARAC_COORDINATOR acts for");
}

TEST_F(CallGuardTest, RefusesWorkloadMetadataOverTheNetwork) {
  ExpectRefused(Call(pki_.IssueFor("test-police"), Method::kNotifyIncident,
                     {{kWorkloadMetadata, TestUri("test-police")}}),
                "caller: got workload metadata over the network, want a certificate alone");
}

TEST_F(CallGuardTest, AdmitsAnAgencyUnderItsCertificate) {
  const v1::TlsFiles files = pki_.IssueFor("test-police");
  ASSERT_TRUE(Call(files, Method::kNotifyIncident).ok());
  const Caller& caller = *probe_.caller;
  EXPECT_EQ(caller.id.ToString(), TestUri("test-police"));
  EXPECT_EQ(caller.agency.id(), "test-police");
  EXPECT_FALSE(caller.via.has_value());
  EXPECT_EQ(caller.service_role, v1::ROLE_UNSPECIFIED);
  ASSERT_EQ(caller.view.roles.size(), 1u);
  EXPECT_EQ(caller.view.roles[0], v1::POLICE);
  EXPECT_EQ(caller.method, "/concordat.v1.Police/NotifyIncident");
  const auto certificate = crypto::ParseCertificatePem(*ReadFile(files.certificate_chain()));
  EXPECT_EQ(caller.certificate_sha256, crypto::AsBytes(certificate->sha256));
}

TEST_F(CallGuardTest, AdmitsAnAuditor) {
  ASSERT_TRUE(Call(pki_.IssueFor("test-auditor"), Method::kGetCheckpoint).ok());
  EXPECT_EQ(probe_.caller->agency.id(), "test-auditor");
}

TEST_F(CallGuardTest, AdmitsAnEndCallerBehindARoleServiceUnderBothRoles) {
  ASSERT_TRUE(Call(pki_.IssueFor("svc-marac"), Method::kAppend, OnBehalfOf("test-housing")).ok());
  const Caller& caller = *probe_.caller;
  EXPECT_EQ(caller.id.ToString(), TestUri("test-housing"));
  EXPECT_EQ(caller.agency.id(), "test-housing");
  ASSERT_TRUE(caller.via.has_value());
  EXPECT_EQ(caller.via->ToString(), TestUri("svc-marac"));
  EXPECT_EQ(caller.service_role, v1::MARAC_COORDINATOR);
  ASSERT_EQ(caller.view.roles.size(), 2u);
  EXPECT_EQ(caller.view.roles[0], v1::MARAC_COORDINATOR);
  EXPECT_EQ(caller.view.roles[1], v1::HOUSING);
  EXPECT_EQ(caller.certificate_sha256, std::string(32, 'e'));
}

TEST_F(CallGuardTest, BelievesWorkloadMetadataInProcessAlone) {
  StartGuard(CallGuard::Transport::kInProcess);
  const auto channel = server_->InProcessChannel({});
  Metadata metadata = OnBehalfOf("test-police");
  ExpectRefused(CallOn(channel, Method::kAppend, metadata), "caller: got no workload, want one");
  metadata.push_back({kWorkloadMetadata, TestUri("svc-police")});
  ASSERT_TRUE(CallOn(channel, Method::kAppend, metadata).ok());
  EXPECT_EQ(probe_.caller->via->ToString(), TestUri("svc-police"));
  probe_.caller.reset();
  ExpectRefused(CallOn(channel, Method::kAppend, {{kWorkloadMetadata, TestUri("test-police")}}),
                "caller: got an agency's own workload, want a role service, which alone may call "
                "/concordat.v1.Ledger/Append");
}

TEST_F(CallGuardTest, RefusesAnInProcessCallWhereACertificateIsWanted) {
  ExpectRefused(CallOn(server_->InProcessChannel({}), Method::kNotifyIncident, {}),
                "caller: got no client certificate, want one");
}

TEST(CallGuardCreateTest, RefusesToBeMadeWithoutDirectoryOrClock) {
  const auto policies = AuthPolicyTable::ForServices({"concordat.v1.Police"});
  EXPECT_EQ(
      CallGuard::Create({nullptr, &Clock::Real(), *policies, CallGuard::Transport::kMutualTls})
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace concordat::services
