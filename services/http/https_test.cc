// Server and client against each other, and the server against who should not get in.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <vector>

#include "base/clock.h"
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

// Each look at it is later by as much as the test says.
class LaterClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixSeconds(1700000000 + ++looks_ * step_seconds_);
  }
  void set_step_seconds(int seconds) { step_seconds_ = seconds; }

 private:
  mutable std::atomic<int> looks_{0};
  std::atomic<int> step_seconds_{0};
};

// A peer that has connected and says nothing.
class SilentPeer {
 public:
  explicit SilentPeer(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  }
  ~SilentPeer() { close(fd_); }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;

  // Whether the server closes the connection within the time, or each piece of an alert before it.
  bool IsClosedWithin(absl::Duration time) const {
    pollfd until = {fd_, POLLIN, 0};
    char last_words[64];
    while (poll(&until, 1, static_cast<int>(absl::ToInt64Milliseconds(time))) == 1) {
      if (recv(fd_, last_words, sizeof(last_words), MSG_DONTWAIT) <= 0) return true;
    }
    return false;
  }

 private:
  const int fd_;
};

class HttpsTest : public ::testing::Test {
 protected:
  void SetUp() override { Serve(absl::Seconds(30)); }
  void Serve(absl::Duration idle_time_max) {
    server_.reset();
    HttpsServer::Options options;
    options.clock = &clock_;
    options.request_time_max = absl::Seconds(10);
    options.idle_time_max = idle_time_max;
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
  LaterClock clock_;
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

TEST_F(HttpsTest, ClosesARequestWhoseBodyTakesTooLong) {
  const HttpsClient client = ClientOf(pki_.IssueFor("log"));
  clock_.set_step_seconds(11);
  EXPECT_EQ(client.Post(Url("/there"), "slow").status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 0);
  clock_.set_step_seconds(1);
  EXPECT_EQ(client.Post(Url("/there"), "soon")->status, 200);
}

TEST_F(HttpsTest, ClosesAConnectionOnWhichNothingArrives) {
  Serve(absl::Seconds(1));
  const SilentPeer peer(server_->port());
  EXPECT_TRUE(peer.IsClosedWithin(absl::Seconds(20)));
}

TEST_F(HttpsTest, HearsOnlySoManyConnectionsOfOneAddress) {
  std::vector<std::unique_ptr<SilentPeer>> peers;
  for (unsigned int i = 0; i < kHttpConnectionsPerAddressMax; ++i) {
    peers.push_back(std::make_unique<SilentPeer>(server_->port()));
  }
  const SilentPeer one_more(server_->port());
  EXPECT_TRUE(one_more.IsClosedWithin(absl::Seconds(20)));
  for (const auto& peer : peers) EXPECT_FALSE(peer->IsClosedWithin(absl::ZeroDuration()));
  peers.clear();
  const auto again = ClientOf(pki_.IssueFor("log")).Get(Url("/there"));
  EXPECT_TRUE(again.ok()) << again.status();
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
  options.clock = &Clock::Real();
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
