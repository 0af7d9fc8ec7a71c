// Which authority may certify whom, over real connections: what the handshake refuses by itself,
// and what only the directory can refuse.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "base/files.h"
#include "concordat/v1/services.grpc.pb.h"
#include "crypto/authorities.h"
#include "crypto/testing/odd_certificate.h"
#include "services/common/call_guard.h"
#include "services/common/grpc_life.h"
#include "services/common/server_credentials.h"
#include "services/common/status_mapping.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using crypto::testing::AuthorityNamed;
using crypto::testing::LeafFor;
using crypto::testing::MadeCertificate;
using crypto::testing::Make;
using crypto::testing::OddCertificate;
using testing::TestUri;

constexpr char kMethod[] = "/concordat.v1.Police/NotifyIncident";
constexpr char kWrongAuthority[] =
    "caller: got a certificate of an authority that does not certify this agency, want one of its "
    "own authority";
constexpr char kNotAdmitted[] = "caller: the directory does not admit this certificate";

class Guarded final : public v1::Police::CallbackService {
 public:
  std::unique_ptr<CallGuard> guard;

  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest*, v1::Receipt*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(guard->Admit(*context, kMethod).status()));
    return reactor;
  }
};

class AuthorityBindingTest : public ::testing::Test {
 protected:
  AuthorityBindingTest() { KeepGrpcRunning(); }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
  }

  // Everybody is of `first_`, but for test-children, of `second_`.
  v1::AgencyDirectory Bound() const {
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    for (v1::Agency& agency : *file.mutable_agencies()) {
      const bool second = agency.id() == "test-children";
      agency.add_certificate_authorities(Id(second ? second_ : first_));
    }
    return file;
  }
  static std::string Id(const MadeCertificate& authority) {
    return *crypto::AuthorityIdOf(authority.certificate_pem);
  }
  static std::string Write(const std::string& text) {
    std::string path = testing::NewTestPath("pem");
    EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
    return path;
  }
  // `chain` stands between the leaf and a root.
  v1::TlsFiles Files(const MadeCertificate& leaf, const std::string& chain = "") const {
    v1::TlsFiles files;
    files.set_certificate_chain(Write(leaf.certificate_pem + chain));
    files.set_private_key(Write(leaf.private_key_pem));
    files.set_trusted_roots(Write(roots_));
    return files;
  }
  v1::TlsFiles FilesOf(const std::string& agency, const MadeCertificate& authority) const {
    return Files(Make(LeafFor(TestUri(agency)), &authority));
  }
  void Serve(const v1::AgencyDirectory& directory, const v1::TlsFiles& files) {
    if (server_ != nullptr) server_->Shutdown();
    trust_ = std::make_unique<auth::Trust>(*auth::Directory::Create(directory),
                                           crypto::RevocationLists(),
                                           *crypto::Authorities::Parse(roots_));
    service_.guard = *CallGuard::Create({trust_.get(), &Clock::Real(),
                                         *AuthPolicyTable::ForServices({"concordat.v1.Police"}),
                                         CallGuard::Transport::kMutualTls});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", MutualTlsServerCredentials(files), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void Serve() { Serve(Bound(), FilesOf("svc-police", first_)); }
  std::shared_ptr<grpc::Channel> Connect(const v1::TlsFiles& files,
                                         const auth::Trust* trust = nullptr) const {
    return grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", port_),
        MutualTlsChannelCredentials(files, *auth::SpiffeId::Parse(TestUri("svc-police")), trust));
  }
  static std::string Call(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    const grpc::Status status =
        v1::Police::NewStub(channel)->NotifyIncident(&context, {}, &receipt);
    if (status.ok()) return "ok";
    return status.error_code() == grpc::StatusCode::UNAVAILABLE ? "no connection"
                                                                : status.error_message();
  }
  std::string Call(const v1::TlsFiles& files) const { return Call(Connect(files)); }
  // As a client that presents it, and as a server that presents it to a client in order.
  void ExpectNoConnection(const std::string& what, const OddCertificate& leaf,
                          const MadeCertificate& issuer, const std::string& chain) {
    const auto issued = [&](const std::string& agency) {
      OddCertificate odd = leaf;
      odd.extensions.back().second = "URI:" + TestUri(agency);
      return Files(Make(odd, &issuer), chain);
    };
    Serve(testing::TestDirectoryFile(), FilesOf("svc-police", first_));
    EXPECT_EQ(Call(issued("test-police")), "no connection") << what;
    EXPECT_EQ(Call(FilesOf("test-police", first_)), "ok") << what;
    Serve(testing::TestDirectoryFile(), issued("svc-police"));
    EXPECT_EQ(Call(FilesOf("test-police", first_)), "no connection") << what;
  }

  const MadeCertificate first_ = Make(AuthorityNamed("first"));
  const MadeCertificate second_ = Make(AuthorityNamed("second"));
  std::string roots_ = first_.certificate_pem + second_.certificate_pem;
  std::unique_ptr<auth::Trust> trust_;
  Guarded service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

TEST_F(AuthorityBindingTest, ATrustedAuthorityMayNotCertifyAnothersAgency) {
  Serve();
  EXPECT_EQ(Call(FilesOf("test-police", second_)), kWrongAuthority);
  EXPECT_EQ(Call(FilesOf("test-police", first_)), "ok");
  // Who is of the second is refused for another reason, its role.
  EXPECT_EQ(Call(FilesOf("test-children", first_)), kWrongAuthority);
  EXPECT_EQ(Call(FilesOf("test-children", second_)).rfind(kMethod, 0), 0u);
}

TEST_F(AuthorityBindingTest, AStrangersAndASuspendedAgencysAuthorityIsNotSpokenOf) {
  Serve();
  for (const char* agency : {"nobody", "test-suspended"}) {
    EXPECT_EQ(Call(FilesOf(agency, first_)), kNotAdmitted) << agency;
    EXPECT_EQ(Call(FilesOf(agency, second_)), kNotAdmitted) << agency;
  }
}

TEST_F(AuthorityBindingTest, OnAnOpenConnectionANewDirectoryAndNewRootsCountAtOnce) {
  Serve();
  const auto channel = Connect(FilesOf("test-police", first_));
  ASSERT_EQ(Call(channel), "ok");
  v1::AgencyDirectory file = Bound();
  file.set_version(2);
  for (v1::Agency& agency : *file.mutable_agencies()) {
    agency.set_certificate_authorities(0, Id(second_));
  }
  trust_->Replace(*auth::Directory::Create(file));
  EXPECT_EQ(Call(channel), kWrongAuthority);
  trust_->Replace(*auth::Directory::Create(Bound()));
  EXPECT_EQ(Call(channel), "ok");
  trust_->Replace(*crypto::Authorities::Parse(second_.certificate_pem));
  EXPECT_EQ(Call(channel), kWrongAuthority);
}

TEST_F(AuthorityBindingTest, AClientRefusesAServerOfAnotherAuthority) {
  Serve(Bound(), FilesOf("svc-police", second_));
  const v1::TlsFiles files = FilesOf("test-police", first_);
  EXPECT_EQ(Call(Connect(files)), "ok") << "without a directory it can't know";
  EXPECT_EQ(Call(Connect(files, trust_.get())), "no connection");
  Serve();
  EXPECT_EQ(Call(Connect(files, trust_.get())), "ok");
}

TEST_F(AuthorityBindingTest, AnIntermediatesLeafIsRefusedUntilTheIntermediateIsTrustedAndNamed) {
  const MadeCertificate below = Make(AuthorityNamed("below"), &first_);
  const v1::TlsFiles files =
      Files(Make(LeafFor(TestUri("test-police")), &below), below.certificate_pem);
  Serve();
  EXPECT_EQ(Call(files), kWrongAuthority);
  roots_ += below.certificate_pem;
  v1::AgencyDirectory file = Bound();
  file.mutable_agencies(0)->add_certificate_authorities(Id(below));
  Serve(file, FilesOf("svc-police", first_));
  EXPECT_EQ(Call(files), "ok");
}

TEST_F(AuthorityBindingTest, ALeafThatIsAnAuthorityIsRefused) {
  Serve();
  OddCertificate odd = AuthorityNamed("workload");
  odd.extensions[1].second = "critical,keyCertSign,digitalSignature";
  odd.extensions.push_back({"subjectAltName", "URI:" + TestUri("test-police")});
  EXPECT_EQ(Call(Files(Make(odd, &first_))), kWrongAuthority);
}

TEST_F(AuthorityBindingTest, TheHandshakeHoldsAnAuthorityToItsTrustDomain) {
  const MadeCertificate other =
      Make(AuthorityNamed("other", {{"nameConstraints", "critical,permitted;URI:other.test"}}));
  const MadeCertificate ours = Make(AuthorityNamed(
      "ours", {{"nameConstraints", "critical,permitted;URI:services.concordat.test"}}));
  roots_ += other.certificate_pem + ours.certificate_pem;
  ExpectNoConnection("constrained to another", LeafFor(""), other, "");
  Serve(testing::TestDirectoryFile(), FilesOf("svc-police", ours));
  EXPECT_EQ(Call(FilesOf("test-police", ours)), "ok");
}

TEST_F(AuthorityBindingTest, TheHandshakeRefusesChainsOutOfOrder) {
  OddCertificate odd = AuthorityNamed("expired");
  odd.valid_for = -absl::Hours(1);
  const MadeCertificate expired = Make(odd);
  odd = AuthorityNamed("no certificates");
  odd.extensions[1].second = "critical,cRLSign";
  const MadeCertificate only_lists = Make(odd);
  odd = AuthorityNamed("without a path");
  odd.extensions[0].second = "critical,CA:TRUE,pathlen:0";
  const MadeCertificate no_path = Make(odd);
  roots_ += expired.certificate_pem + only_lists.certificate_pem + no_path.certificate_pem;
  ExpectNoConnection("expired", LeafFor(""), expired, "");
  ExpectNoConnection("no keyCertSign", LeafFor(""), only_lists, "");
  const MadeCertificate below = Make(AuthorityNamed("below"), &no_path);
  ExpectNoConnection("pathlen", LeafFor(""), below, below.certificate_pem);
  const MadeCertificate leaf = Make(LeafFor(TestUri("test-police")), &first_);
  ExpectNoConnection("a leaf's leaf", LeafFor(""), leaf, leaf.certificate_pem);
  OddCertificate for_mail = LeafFor("");
  for_mail.extensions[2].second = "emailProtection";
  ExpectNoConnection("for mail", for_mail, first_, "");
  // A critical extension that nobody knows.
  const MadeCertificate unknown =
      Make(AuthorityNamed("unknown", {{"1.3.6.1.4.1.32473.1", "critical,ASN1:NULL"}}));
  roots_ += unknown.certificate_pem;
  ExpectNoConnection("unknown and critical", LeafFor(""), unknown, "");
}

}  // namespace
}  // namespace concordat::services

int main(int argc, char** argv) {
  concordat::services::RequireTls13();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
