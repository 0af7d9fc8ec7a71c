// GnuTLS does not look at constraints on URIs: who handles the request refuses, by the same rules
// as over gRPC.
#include <gtest/gtest.h>

#include <string>

#include "auth/trust.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/authorities.h"
#include "crypto/testing/odd_certificate.h"
#include "services/common/certified_peer.h"
#include "services/common/testing/test_directory.h"
#include "services/common/testing/test_pki.h"
#include "services/http/https_client.h"
#include "services/http/https_server.h"

namespace concordat::services {
namespace {

using crypto::testing::AuthorityNamed;
using crypto::testing::LeafFor;
using crypto::testing::MadeCertificate;
using crypto::testing::Make;
using crypto::testing::OddCertificate;

constexpr char kWrongAuthority[] =
    "caller: got a certificate of an authority that does not certify this agency, want one of its "
    "own authority";

std::string Write(const std::string& text) {
  std::string path = testing::NewTestPath("pem");
  EXPECT_TRUE(WriteFileAtomically(path, text, 0600).ok());
  return path;
}

class HttpsAuthorityTest : public ::testing::Test {
 protected:
  // What a client hears whose leaf is the test auditor's, signed by `issuer`.
  std::string Ask(const MadeCertificate& issuer, const v1::AgencyDirectory& directory,
                  OddCertificate leaf = LeafFor(testing::TestUri("test-auditor"))) const {
    const std::string roots = pki_roots_ + first_.certificate_pem + issuer.certificate_pem;
    const auth::Trust trust(*auth::Directory::Create(directory), {},
                            *crypto::Authorities::Parse(roots));
    HttpsServer::Options options;
    options.clock = &Clock::Real();
    options.address = "127.0.0.1:0";
    options.tls = pki_.IssueFor("svc-ledger");
    options.tls.set_trusted_roots(Write(roots));
    options.body_bytes_max = 100;
    options.handle = [&](const HttpRequest& request) {
      const auto peer = CertifiedPeerOf(request.client_certificate_pem, trust, Clock::Real().Now());
      return peer.ok() ? HttpResponse{200, "text/plain", "ok"}
                       : HttpResponse{403, "text/plain", std::string(peer.status().message())};
    };
    const auto server = HttpsServer::Start(options);
    EXPECT_TRUE(server.ok()) << server.status();
    const MadeCertificate made = Make(leaf, &issuer);
    v1::TlsFiles files;
    files.set_certificate_chain(Write(made.certificate_pem));
    files.set_private_key(Write(made.private_key_pem));
    files.set_trusted_roots(pki_.roots_file());
    const HttpsClient client({files, absl::Seconds(10), 65536});
    const auto reply =
        client.Post(StrCat("https://localhost:", (*server)->port(), "/there"), "body");
    return reply.ok() ? reply->body : "no connection";
  }
  v1::AgencyDirectory BoundTo(const MadeCertificate& authority) const {
    v1::AgencyDirectory file = testing::TestDirectoryFile();
    for (v1::Agency& agency : *file.mutable_agencies()) {
      agency.add_certificate_authorities(*crypto::AuthorityIdOf(authority.certificate_pem));
    }
    return file;
  }

  const testing::TestPki pki_;
  const std::string pki_roots_ = *ReadFile(pki_.roots_file());
  const MadeCertificate first_ = Make(AuthorityNamed("first"));
};

TEST_F(HttpsAuthorityTest, ATrustedAuthorityMayNotCertifyAnothersAgency) {
  const MadeCertificate second = Make(AuthorityNamed("second"));
  EXPECT_EQ(Ask(second, BoundTo(first_)), kWrongAuthority);
  EXPECT_EQ(Ask(first_, BoundTo(first_)), "ok");
}

TEST_F(HttpsAuthorityTest, AnAuthorityIsHeldToItsTrustDomainAlsoWithoutABinding) {
  const MadeCertificate other =
      Make(AuthorityNamed("other", {{"nameConstraints", "critical,permitted;URI:other.test"}}));
  EXPECT_EQ(Ask(other, testing::TestDirectoryFile()), kWrongAuthority);
  EXPECT_EQ(Ask(other, BoundTo(other)), kWrongAuthority);
  const MadeCertificate ours = Make(AuthorityNamed(
      "ours", {{"nameConstraints", "critical,permitted;URI:services.concordat.test"}}));
  EXPECT_EQ(Ask(ours, testing::TestDirectoryFile()), "ok");
  EXPECT_EQ(Ask(ours, BoundTo(ours)), "ok");
}

TEST_F(HttpsAuthorityTest, ChainsOutOfOrderAreRefusedBeforeOrByUs) {
  OddCertificate odd = AuthorityNamed("expired");
  odd.valid_for = -absl::Hours(1);
  EXPECT_NE(Ask(Make(odd), testing::TestDirectoryFile()), "ok");
  odd = AuthorityNamed("no certificates");
  odd.extensions[1].second = "critical,cRLSign";
  EXPECT_NE(Ask(Make(odd), testing::TestDirectoryFile()), "ok");
  OddCertificate for_mail = LeafFor(testing::TestUri("test-auditor"));
  for_mail.extensions[2].second = "emailProtection";
  EXPECT_NE(Ask(first_, testing::TestDirectoryFile(), for_mail), "ok");
  OddCertificate authority = AuthorityNamed("workload");
  authority.extensions[1].second = "critical,keyCertSign,digitalSignature";
  authority.extensions.push_back({"subjectAltName", "URI:" + testing::TestUri("test-auditor")});
  EXPECT_EQ(Ask(first_, testing::TestDirectoryFile(), authority), kWrongAuthority);
}

}  // namespace
}  // namespace concordat::services
