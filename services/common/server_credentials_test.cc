#include "services/common/server_credentials.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/fake_clock.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/grpc_life.h"
#include "services/common/testing/program.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using testing::TestUri;

const auth::SpiffeId kServer = *auth::SpiffeId::Parse(TestUri("svc-police"));

// Answers every NotifyIncident.
class Answering final : public v1::Police::CallbackService {
 public:
  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest*, v1::Receipt*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// What `openssl s_client` says to the server, standard output and error together.
std::string OpensslClient(int port, const v1::TlsFiles& files, const std::string& version) {
  testing::Program openssl({"/usr/bin/openssl", "s_client", "-connect",
                            absl::StrCat("127.0.0.1:", port), version, "-alpn", "h2", "-cert",
                            files.certificate_chain(), "-key", files.private_key(), "-CAfile",
                            files.trusted_roots()});
  openssl.Wait();
  return openssl.output();
}

class ServerCredentialsTest : public ::testing::Test {
 protected:
  ServerCredentialsTest() { KeepGrpcRunning(); }
  void StartServer(const v1::TlsFiles& files) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", MutualTlsServerCredentials(files), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
  }
  grpc::Status Call(const std::shared_ptr<grpc::ChannelCredentials>& credentials) const {
    const auto channel = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), credentials);
    grpc::ClientContext context;
    v1::Receipt receipt;
    return v1::Police::NewStub(channel)->NotifyIncident(&context, {}, &receipt);
  }

  const testing::TestPki pki_;
  Answering service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

TEST_F(ServerCredentialsTest, RefusesTls12AndSpeaksTls13) {
  StartServer(pki_.IssueFor("svc-police"));
  const v1::TlsFiles client = pki_.IssueFor("test-police");
  const std::string with_1_2 = OpensslClient(port_, client, "-tls1_2");
  EXPECT_EQ(with_1_2.find("BEGIN CERTIFICATE"), std::string::npos) << with_1_2;
  EXPECT_NE(with_1_2.find("Cipher is (NONE)"), std::string::npos) << with_1_2;
  const std::string with_1_3 = OpensslClient(port_, client, "-tls1_3");
  EXPECT_NE(with_1_3.find("New, TLSv1.3, Cipher is TLS_"), std::string::npos) << with_1_3;
  EXPECT_NE(with_1_3.find("Verify return code: 0 (ok)"), std::string::npos) << with_1_3;
}

TEST_F(ServerCredentialsTest, RefusesAServerOfAnotherIdentity) {
  StartServer(pki_.IssueFor("svc-victim"));
  const grpc::Status status =
      Call(MutualTlsChannelCredentials(pki_.IssueFor("test-police"), kServer));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerCredentialsTest, RefusesAServerWithASecondIdentity) {
  StartServer(pki_.Issue({TestUri("svc-police"), TestUri("svc-victim")}));
  EXPECT_EQ(Call(MutualTlsChannelCredentials(pki_.IssueFor("test-police"), kServer)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerCredentialsTest, RefusesAServerOfAnotherAuthority) {
  const testing::TestPki other;
  v1::TlsFiles server = other.IssueFor("svc-police");
  server.set_trusted_roots(pki_.roots_file());  // So that it is the client that refuses.
  StartServer(server);
  EXPECT_EQ(Call(MutualTlsChannelCredentials(pki_.IssueFor("test-police"), kServer)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerCredentialsTest, RefusesAnExpiredServer) {
  StartServer(pki_.IssueExpired({TestUri("svc-police")}));
  EXPECT_EQ(Call(MutualTlsChannelCredentials(pki_.IssueFor("test-police"), kServer)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerCredentialsTest, LetsBothSidesInWithTheRightCertificates) {
  StartServer(pki_.IssueFor("svc-police"));
  const grpc::Status status =
      Call(MutualTlsChannelCredentials(pki_.IssueFor("test-police"), kServer));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

// What CheckTlsFiles says at the real time.
std::string Refusal(const v1::TlsFiles& files) {
  const auto id = CheckTlsFiles(files, Clock::Real());
  if (id.ok()) return "ok";
  EXPECT_EQ(id.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(id.status().message());
}

TEST(CheckTlsFilesTest, NamesTheFieldThatIsMissing) {
  const testing::TestPki pki;
  const v1::TlsFiles good = pki.IssueFor("svc-police");
  v1::TlsFiles files = good;
  files.clear_private_key();
  EXPECT_EQ(Refusal(files), "tls.private_key: got nothing, want the path of a PEM file");
  files = good;
  files.clear_certificate_chain();
  EXPECT_EQ(Refusal(files), "tls.certificate_chain: got nothing, want the path of a PEM file");
  files = good;
  files.clear_trusted_roots();
  EXPECT_EQ(Refusal(files), "tls.trusted_roots: got nothing, want the path of a PEM file");
}

TEST(CheckTlsFilesTest, NamesTheFileThatIsNotThere) {
  const testing::TestPki pki;
  v1::TlsFiles files = pki.IssueFor("svc-police");
  files.set_private_key("/nonexistent/key.pem");
  const std::string refusal = Refusal(files);
  EXPECT_EQ(refusal.rfind("tls.private_key: ", 0), 0u) << refusal;
  EXPECT_NE(refusal.find("/nonexistent/key.pem"), std::string::npos) << refusal;
}

TEST(CheckTlsFilesTest, RefusesFilesThatHoldSomethingElse) {
  const testing::TestPki pki;
  const v1::TlsFiles good = pki.IssueFor("svc-police");
  v1::TlsFiles files = good;
  files.set_private_key(good.certificate_chain());
  EXPECT_EQ(Refusal(files), absl::StrCat("tls.private_key: got ", good.certificate_chain(),
                                         ", want a PEM private key"));
  files = good;
  files.set_certificate_chain(good.private_key());
  EXPECT_EQ(Refusal(files), absl::StrCat("tls.certificate_chain: got ", good.private_key(),
                                         ", want a PEM certificate"));
  files = good;
  files.set_trusted_roots(good.private_key());
  EXPECT_EQ(Refusal(files), absl::StrCat("tls.trusted_roots: got ", good.private_key(),
                                         ", want a PEM certificate"));
}

TEST(CheckTlsFilesTest, RefusesAnotherCertificatesKey) {
  const testing::TestPki pki;
  v1::TlsFiles files = pki.IssueFor("svc-police");
  files.set_private_key(pki.IssueFor("svc-police").private_key());
  EXPECT_EQ(Refusal(files), absl::StrCat("tls.private_key: got ", files.private_key(),
                                         ", want the key of ", files.certificate_chain()));
}

TEST(CheckTlsFilesTest, RefusesACertificateThatIsOutOfDate) {
  const testing::TestPki pki;
  const std::string refusal = Refusal(pki.IssueExpired({TestUri("svc-police")}));
  EXPECT_EQ(refusal.rfind("tls.certificate_chain: got ", 0), 0u) << refusal;
  EXPECT_NE(refusal.find("want a certificate in date"), std::string::npos) << refusal;
  const FakeClock past(Clock::Real().Now() - absl::Hours(48));
  EXPECT_FALSE(CheckTlsFiles(pki.IssueFor("svc-police"), past).ok());
}

TEST(CheckTlsFilesTest, RefusesACertificateWithoutOneSpiffeId) {
  const testing::TestPki pki;
  EXPECT_NE(Refusal(pki.Issue({})).find("a certificate with 0 URI names, want exactly one"),
            std::string::npos);
  EXPECT_NE(Refusal(pki.Issue({"https://example.test/"})).find("want a SPIFFE id"),
            std::string::npos);
}

TEST(CheckTlsFilesTest, AnswersWithTheIdentity) {
  const testing::TestPki pki;
  const auto id = CheckTlsFiles(pki.IssueFor("svc-police"), Clock::Real());
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->ToString(), TestUri("svc-police"));
}

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  concordat::services::RequireTls13();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
