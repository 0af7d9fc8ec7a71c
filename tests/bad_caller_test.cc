// Who may not call at all: by certificate, by protocol, by directory. Each is refused with a reason
// that says nothing about cases, and so is a server that is not the one wanted.
#include <gmock/gmock.h>

#include <cstdlib>

#include "base/files.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "tests/calls.h"
#include "tests/cluster.h"
#include "tests/log_audit.h"
#include "tests/raw_call.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPolice[] = "lancashire-police";
// OpenSSL's words for a peer that went away in the middle of a handshake.
constexpr char kClosed[] = "unexpected eof while reading";
constexpr char kNotAdmitted[] = "caller: the directory does not admit this certificate";

class BadCallerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Cluster::Options options;
    options.targets = {"ledger", "police"};
    options.edit_directory = [](v1::AgencyDirectory* directory) {
      v1::Agency suspended = directory->agencies(0);
      suspended.set_id("suspended-police");
      suspended.set_suspended(true);
      *directory->add_agencies() = suspended;
    };
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
    const auto head = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(head.ok()) << head.status();
    size_before_ = head->size.value;
  }
  // Whoever is refused at the door leaves nothing in the log.
  void TearDown() override {
    const auto head = ReadCheckpoint(*cluster_);
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(head->size.value, size_before_);
  }

  static TestPki::Odd Certificate(const std::string& name) {
    TestPki::Odd odd;
    odd.name = name;
    odd.uris = {cluster_->pki().SpiffeId(kPolice, "records")};
    odd.not_before = cluster_->pki().now() - absl::Hours(1);
    odd.not_after = cluster_->pki().now() + absl::Hours(1);
    return odd;
  }
  static grpc::Status PushAs(const TestPki::Odd& odd) {
    const auto files = cluster_->pki().Issue(odd);
    EXPECT_TRUE(files.ok()) << files.status();
    return PushWith(*files);
  }
  static grpc::Status PushWith(const v1::TlsFiles& files) {
    const auto stub = v1::Police::NewStub(cluster_->ChannelWith("police", files));
    Context context;
    v1::Receipt receipt;
    return stub->NotifyIncident(&context, Incident(1, "bad-caller", 1), &receipt);
  }

  // What OpenSSL's own client says of a connection to the police service; it stays until the server
  // closes it, or for a moment. gRPC closes without an alert, so the reason is in the server's own
  // output only.
  static std::string Handshake(const std::vector<std::string>& more) {
    ChildProcess::Options options;
    options.arguments = {"/usr/bin/openssl",
                         "s_client",
                         "-connect",
                         StrCat("127.0.0.1:", cluster_->port("police")),
                         "-alpn",
                         "h2",
                         "-ign_eof"};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    options.output_file = NewDirectory("handshake") + "/output";
    const auto client = ChildProcess::Start(options);
    EXPECT_TRUE(client.ok()) << client.status();
    (*client)->Wait(absl::Seconds(2)).IgnoreError();
    return ReadFile(options.output_file).value_or("");
  }
  static std::vector<std::string> Presenting(const v1::TlsFiles& files) {
    return {"-CAfile", files.trusted_roots(), "-cert", files.certificate_chain(),
            "-key",    files.private_key()};
  }
  static void ExpectRefusedInTheHandshake(const TestPki::Odd& odd) {
    const size_t before = cluster_->OutputSize("police");
    EXPECT_EQ(PushAs(odd).error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_TRUE(cluster_->Says("police", "certificate verify failed", before));
    EXPECT_THAT(Handshake(Presenting(*cluster_->pki().Issue(odd))), HasSubstr(kClosed));
  }

  static Cluster* cluster_;
  uint64_t size_before_ = 0;
};

Cluster* BadCallerTest::cluster_ = nullptr;

TEST_F(BadCallerTest, TakesAGoodCertificateOverTls13) {
  const v1::TlsFiles files = *cluster_->pki().FilesFor(kPolice, "records");
  const std::string output = Handshake(Presenting(files));
  EXPECT_THAT(output, HasSubstr("New, TLSv1.3"));
  EXPECT_THAT(output, Not(HasSubstr(kClosed)));
  EXPECT_TRUE(IsServing(cluster_->ChannelWith("police", files), absl::Seconds(5)));
}

TEST_F(BadCallerTest, RefusesTls12) {
  std::vector<std::string> arguments = Presenting(*cluster_->pki().FilesFor(kPolice, "records"));
  arguments.push_back("-tls1_2");
  const std::string output = Handshake(arguments);
  EXPECT_THAT(output, HasSubstr(kClosed));
  EXPECT_THAT(output, HasSubstr("Cipher is (NONE)"));
  EXPECT_TRUE(cluster_->Says("police", "no shared cipher"));
}

TEST_F(BadCallerTest, RefusesACallerWithoutACertificate) {
  const v1::TlsFiles files = *cluster_->pki().FilesFor(kPolice, "records");
  EXPECT_THAT(Handshake({"-CAfile", files.trusted_roots()}), HasSubstr(kClosed));
  EXPECT_TRUE(cluster_->Says("police", "peer did not return a certificate"));
}

TEST_F(BadCallerTest, RefusesAnExpiredCertificate) {
  TestPki::Odd expired = Certificate("expired");
  expired.not_before = cluster_->pki().now() - absl::Hours(2);
  expired.not_after = cluster_->pki().now() - absl::Hours(1);
  ExpectRefusedInTheHandshake(expired);
}

TEST_F(BadCallerTest, RefusesACertificateThatIsNotValidYet) {
  TestPki::Odd early = Certificate("early");
  early.not_before = cluster_->pki().now() + absl::Hours(1);
  early.not_after = cluster_->pki().now() + absl::Hours(2);
  ExpectRefusedInTheHandshake(early);
}

TEST_F(BadCallerTest, RefusesACertificateOfAnotherAuthorityOfTheSameName) {
  TestPki::Odd forged = Certificate("forged");
  forged.by_another_authority = true;
  ExpectRefusedInTheHandshake(forged);
}

TEST_F(BadCallerTest, TakesOneThatDiffersFromThoseInNothingElse) {
  EXPECT_TRUE(PushAs(Certificate("control")).error_code() == grpc::StatusCode::OK);
  size_before_ = ReadCheckpoint(*cluster_)->size.value;  // This one did get in.
}

TEST_F(BadCallerTest, RefusesACertificateWhoseNameIsNoSpiffeId) {
  TestPki::Odd odd = Certificate("odd-scheme");
  odd.uris = {"https://lancashire.concordat.test/agency/lancashire-police/records"};
  const grpc::Status status = PushAs(odd);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(),
            "caller: got a URI that names no agency's workload, want "
            "spiffe://<trust domain>/agency/<agency>/<workload>");
}

TEST_F(BadCallerTest, RefusesACertificateWithoutAUriOrWithTwo) {
  TestPki::Odd none = Certificate("no-uri");
  none.uris.clear();
  none.dns_names = {"lancashire-police.test"};
  EXPECT_EQ(PushAs(none).error_message(),
            "caller: got a certificate with 0 URI names, want exactly one");
  TestPki::Odd two = Certificate("two-uris");
  two.uris.push_back(cluster_->pki().SpiffeId("cumbria-police", "records"));
  const grpc::Status status = PushAs(two);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(), "caller: got a certificate with 2 URI names, want exactly one");
}

TEST_F(BadCallerTest, DoesNotTellAnUnknownAgencyFromASuspendedOneOrAnotherWorkload) {
  const auto refused = [&](const std::string& name, const std::string& uri) {
    TestPki::Odd odd = Certificate(name);
    odd.uris = {uri};
    const grpc::Status status = PushAs(odd);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << name;
    EXPECT_EQ(status.error_message(), kNotAdmitted) << name;
  };
  TestPki& pki = cluster_->pki();
  refused("unknown", pki.SpiffeId("nobodys-police", "records"));
  refused("suspended", pki.SpiffeId("suspended-police", "records"));
  refused("workload", pki.SpiffeId(kPolice, "laptop"));
  refused("domain", "spiffe://cumbria.concordat.test/agency/lancashire-police/records");
}

TEST_F(BadCallerTest, RefusesARoleThatHasNothingToDoHereAndAServiceInAnAgencysPlace) {
  const auto drive = cluster_->pki().FilesFor("drive-lancashire", "desk");
  EXPECT_EQ(PushWith(*drive).error_message(),
            "/concordat.v1.Police/NotifyIncident: got a caller of role DRIVE_CASE_MANAGER, want "
            "POLICE");
  const auto service = cluster_->pki().FilesFor("svc-marac", "marac");
  EXPECT_EQ(PushWith(*service).error_message(),
            "caller: got a role service, want an agency's own workload for "
            "/concordat.v1.Police/NotifyIncident");
}

TEST_F(BadCallerTest, RefusesAnAgencyThatClaimsToActForAnotherOrToBeOnTheSameMachine) {
  const auto channel = cluster_->Channel("police", kPolice);
  v1::EndCaller stated;
  stated.set_spiffe_id(cluster_->pki().SpiffeId("cumbria-police", "records"));
  stated.set_certificate_sha256(std::string(32, '\1'));
  RawCall call{"/concordat.v1.Police/NotifyIncident",
               {Incident(1, "bad-caller", 1).SerializeAsString()}};
  call.metadata = {{"concordat-end-caller-bin", stated.SerializeAsString()}};
  EXPECT_EQ(Call(channel, call).status.error_message(),
            "caller: got an end caller stated by a workload that is no role service, want none");
  call.metadata = {{"concordat-workload", cluster_->pki().SpiffeId("svc-police", "police")}};
  EXPECT_EQ(Call(channel, call).status.error_message(),
            "caller: got workload metadata over the network, want a certificate alone");
}

TEST_F(BadCallerTest, TheLedgerTakesNothingFromAnAgencyNorInTheNameOfAnotherRole) {
  RawCall call{"/concordat.v1.Ledger/Append", {Incident(1, "bad-caller", 1).SerializeAsString()}};
  const RawReply direct = Call(cluster_->Channel("ledger", kPolice), call);
  EXPECT_EQ(direct.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(direct.status.error_message(),
            "caller: got an agency's own workload, want a role service, which alone may call "
            "/concordat.v1.Ledger/Append");
  v1::EndCaller stated;
  stated.set_spiffe_id(cluster_->pki().SpiffeId(kPolice, "records"));
  stated.set_certificate_sha256(std::string(32, '\1'));
  call.metadata = {{"concordat-end-caller-bin", stated.SerializeAsString()}};
  const RawReply as_victim_service = Call(cluster_->Channel("ledger", "svc-victim"), call);
  EXPECT_EQ(as_victim_service.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(as_victim_service.status.error_message(),
            "caller: got an end caller of role POLICE, want one that a service of role "
            "VICTIM_SERVICE acts for");
}

TEST(WrongServerTest, ARoleServiceRefusesALedgerOfAnotherIdentity) {
  Cluster::Options options;
  options.targets = {"ledger", "police"};
  options.edit_config = [](const std::string& target, v1::ServerConfig* config) {
    if (target != "police") return;
    config->mutable_ledger_at()->set_spiffe_id(
        "spiffe://lancashire.concordat.test/agency/svc-ledger/other");
  };
  const auto cluster = Cluster::Start(std::move(options));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const auto police = (*cluster)->Stub<v1::Police>(kPolice);
  const auto refused =
      Call(*police, &v1::Police::Stub::NotifyIncident, Incident(1, "wrong-server", 1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("ledger: "));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("server certificate: got another identity, want "
                        "spiffe://lancashire.concordat.test/agency/svc-ledger/other"));
}

TEST(WrongServerTest, AClientRefusesAnotherOfConcordatsServersInTheWantedOnesPlace) {
  Cluster::Options options;
  options.targets = {"ledger"};
  options.edit_config = [](const std::string&, v1::ServerConfig* config) {
    config->clear_port_file();
  };
  const auto cluster = Cluster::Start(std::move(options));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  // Asks the ledger's port for the police service.
  const auto files = (*cluster)->pki().FilesFor(kPolice, "records");
  const auto stub = v1::Police::NewStub((*cluster)->ChannelTo("ledger", "svc-police", *files));
  const auto refused =
      Call(*stub, &v1::Police::Stub::NotifyIncident, Incident(1, "wrong-server", 1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("server certificate: got another identity"));
}

}  // namespace
}  // namespace concordat::tests
