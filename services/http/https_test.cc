// Server and client against each other, and the server against who should not get in.
#include <atomic>
#include <memory>

#include "base/files.h"
#include "base/str_cat.h"
#include "gtest/gtest.h"
#include "services/common/testing/program.h"
#include "services/common/testing/test_pki.h"
#include "services/http/https_client.h"
#include "services/http/https_server.h"

namespace concordat::services {
namespace {

using testing::TestPki;

class HttpsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    HttpsServer::Options options;
    options.address = "127.0.0.1:0";
    options.port_file = testing::NewTestPath("port");
    options.tls = pki_.IssueFor("witness");
    options.body_bytes_max = 1000;
    options.handle = [this](const HttpRequest& request) {
      ++calls_;
      last_ = request;
      return HttpResponse{request.path == "/there" ? 200 : 404, "text/x.test", request.body};
    };
    port_file_ = options.port_file;
    auto server = HttpsServer::Start(std::move(options));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string Url(const std::string& path) const {
    return StrCat("https://localhost:", server_->port(), path);
  }
  static HttpsClient ClientOf(const v1::TlsFiles& files, size_t bytes_max = 65536) {
    return HttpsClient({files, absl::Seconds(10), bytes_max});
  }

  const TestPki pki_;
  std::atomic<int> calls_{0};
  HttpRequest last_;
  std::string port_file_;
  std::unique_ptr<HttpsServer> server_;
};

TEST_F(HttpsTest, RefusesAClientOfAnotherAuthorityBeforeItsBody) {
  v1::TlsFiles strange = TestPki().IssueFor("log");
  strange.set_trusted_roots(pki_.roots_file());
  const auto reply = ClientOf(strange).Post(Url("/there"), "secret");
  EXPECT_TRUE(!reply.ok() || reply->status == 403) << reply->status;
  EXPECT_EQ(calls_, 0);
}

TEST_F(HttpsTest, RefusesAnExpiredClient) {
  const auto reply = ClientOf(pki_.IssueExpired({testing::TestUri("log")})).Get(Url("/there"));
  EXPECT_TRUE(!reply.ok() || reply->status == 403) << reply->status;
  EXPECT_EQ(calls_, 0);
}

TEST_F(HttpsTest, RefusesAClientWithoutACertificateAndTls12) {
  const std::string port = StrCat("localhost:", server_->port());
  testing::Program none({"/usr/bin/curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}",
                         "--cacert", pki_.roots_file(), StrCat("https://", port, "/there")});
  none.Wait();
  EXPECT_NE(none.output().find("403"), std::string::npos) << none.output();
  const v1::TlsFiles files = pki_.IssueFor("log");
  testing::Program old({"/usr/bin/curl", "-sS", "--tls-max", "1.2", "--cacert", pki_.roots_file(),
                        "--cert", files.certificate_chain(), "--key", files.private_key(),
                        StrCat("https://", port, "/there")});
  EXPECT_NE(old.Wait(), 0);
  EXPECT_EQ(calls_, 0);
}

TEST_F(HttpsTest, RefusesABodyOverItsBoundAndAQuery) {
  const HttpsClient client = ClientOf(pki_.IssueFor("log"));
  EXPECT_EQ(client.Post(Url("/there"), std::string(1001, 'x'))->status, 413);
  EXPECT_EQ(client.Post(Url("/there"), std::string(200000, 'x'))->status, 413);
  EXPECT_EQ(client.Get(Url("/there?a=b"))->status, 400);
  EXPECT_EQ(calls_, 0);
  EXPECT_EQ(client.Post(Url("/there"), std::string(1000, 'x'))->status, 200);
}

TEST_F(HttpsTest, CarriesRequestAndAnswerAndSaysWhoAsks) {
  const v1::TlsFiles files = pki_.IssueFor("log");
  const auto reply = ClientOf(files).Post(Url("/there"), "the body\n");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->content_type, "text/x.test");
  EXPECT_EQ(reply->body, "the body\n");
  EXPECT_EQ(last_.method, "POST");
  const std::string certificate = *ReadFile(files.certificate_chain());
  EXPECT_EQ(certificate.find(last_.client_certificate_pem), 0u) << last_.client_certificate_pem;
  EXPECT_EQ(ClientOf(files).Get(Url("/not-there"))->status, 404);
  EXPECT_EQ(*ReadFile(port_file_), StrCat(server_->port(), "\n"));
}

TEST_F(HttpsTest, ClientRefusesAServerOfAnotherAuthorityAndALongAnswer) {
  v1::TlsFiles files = pki_.IssueFor("log");
  EXPECT_EQ(ClientOf(files, 8).Post(Url("/there"), "nine bytes").status().code(),
            absl::StatusCode::kUnavailable);
  files.set_trusted_roots(TestPki().roots_file());
  EXPECT_EQ(ClientOf(files).Get(Url("/there")).status().code(), absl::StatusCode::kUnavailable);
  server_.reset();
  EXPECT_EQ(ClientOf(pki_.IssueFor("log")).Get(StrCat("https://localhost:1/there")).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(HttpsStartTest, RefusesAnAddressOrFilesThatAreNone) {
  const TestPki pki;
  HttpsServer::Options options;
  options.tls = pki.IssueFor("witness");
  for (const char* address : {"", "localhost", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"}) {
    options.address = address;
    EXPECT_EQ(HttpsServer::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
  }
  options.address = "127.0.0.1:0";
  options.tls.set_private_key("/nowhere/key");
  EXPECT_EQ(HttpsServer::Start(options).status().code(), absl::StatusCode::kNotFound);
  options.tls.set_private_key(options.tls.trusted_roots());
  EXPECT_EQ(HttpsServer::Start(options).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace concordat::services
