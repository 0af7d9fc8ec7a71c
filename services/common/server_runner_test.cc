#include "services/common/server_runner.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/limits.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/health.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services {
namespace {

using testing::TestUri;

// Answers NotifyIncident, and holds ReadCase open until it is cancelled.
class Service final : public v1::Police::CallbackService {
 public:
  grpc::ServerUnaryReactor* NotifyIncident(grpc::CallbackServerContext* context,
                                           const v1::PushRequest*, v1::Receipt*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerWriteReactor<v1::CasePage>* ReadCase(grpc::CallbackServerContext*,
                                                   const v1::ReadCaseRequest*) override {
    class Held final : public grpc::ServerWriteReactor<v1::CasePage> {
     public:
      Held() { StartSendInitialMetadata(); }
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    return new Held;
  }
};

class ServerRunnerTest : public ::testing::Test {
 protected:
  ServerRunner::Options Options() {
    ServerRunner::Options options;
    options.listen_address = "127.0.0.1:0";
    options.credentials = MutualTlsServerCredentials(pki_.IssueFor("svc-police"));
    options.services = {&service_};
    return options;
  }
  void Start(const ServerRunner::Options& options) {
    auto runner = ServerRunner::Start(options);
    ASSERT_TRUE(runner.ok()) << runner.status();
    runner_ = *std::move(runner);
    channel_ = grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", runner_->port()),
        MutualTlsChannelCredentials(pki_.IssueFor("test-police"),
                                    *auth::SpiffeId::Parse(TestUri("svc-police"))));
  }
  grpc::Status Push(const v1::PushRequest& request) {
    grpc::ClientContext context;
    v1::Receipt receipt;
    return v1::Police::NewStub(channel_)->NotifyIncident(&context, request, &receipt);
  }
  std::string Health() { return testing::HealthOf(channel_, ""); }

  const testing::TestPki pki_;
  Service service_;
  std::unique_ptr<ServerRunner> runner_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerRunnerTest, RefusesAnAddressThatIsTaken) {
  Start(Options());
  ServerRunner::Options options = Options();
  Service another;
  options.services = {&another};
  options.listen_address = absl::StrCat("127.0.0.1:", runner_->port());
  const auto second = ServerRunner::Start(options);
  EXPECT_EQ(second.status(), absl::FailedPreconditionError(
                                 absl::StrCat("listen_address: got 127.0.0.1:", runner_->port(),
                                              ", want an address free to listen on")));
}

TEST_F(ServerRunnerTest, RefusesAnAddressThatIsNone) {
  ServerRunner::Options options = Options();
  options.listen_address = "not an address";
  EXPECT_EQ(ServerRunner::Start(options).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ServerRunnerTest, RefusesAPortFileThatCannotBeWritten) {
  ServerRunner::Options options = Options();
  options.port_file = "/nonexistent/port";
  EXPECT_FALSE(ServerRunner::Start(options).ok());
}

TEST_F(ServerRunnerTest, RefusesMessagesThatAreTooLarge) {
  Start(Options());
  v1::PushRequest request;
  request.mutable_event()->mutable_incident()->set_circumstances(
      std::string(kMessageBytesMax + 8192, 'x'));
  EXPECT_EQ(Push(request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  request.mutable_event()->mutable_incident()->set_circumstances(
      std::string(kMessageBytesMax - 8192, 'x'));
  EXPECT_TRUE(Push(request).ok());
}

TEST_F(ServerRunnerTest, WritesThePortItListensOn) {
  ServerRunner::Options options = Options();
  options.port_file = testing::NewTestPath("port");
  Start(options);
  const auto port = ReadFile(options.port_file);
  ASSERT_TRUE(port.ok());
  EXPECT_EQ(*port, absl::StrCat(runner_->port(), "\n"));
}

TEST_F(ServerRunnerTest, TellsItsHealth) {
  Start(Options());
  EXPECT_EQ(Health(), "SERVING");
  runner_->SetServing(false);
  EXPECT_EQ(Health(), "NOT_SERVING");
  EXPECT_TRUE(Push({}).ok());  // Calls are still answered.
  runner_->SetServing(true);
  EXPECT_EQ(Health(), "SERVING");
}

TEST_F(ServerRunnerTest, EndsWhatIsStillOpenWhenTheGraceIsOver) {
  Start(Options());
  const auto stub = v1::Police::NewStub(channel_);
  grpc::ClientContext context;
  const auto stream = stub->ReadCase(&context, {});
  stream->WaitForInitialMetadata();
  runner_->Drain(absl::Milliseconds(10));
  v1::CasePage page;
  EXPECT_FALSE(stream->Read(&page));
  EXPECT_FALSE(stream->Finish().ok());
  EXPECT_EQ(Push({}).error_code(), grpc::StatusCode::UNAVAILABLE);
  runner_->Drain(absl::Seconds(100));  // Nothing is left to wait for.
  runner_->SetServing(true);
}

TEST_F(ServerRunnerTest, LetsAnOpenCallFinishWithinTheGrace) {
  Start(Options());
  const auto stub = v1::Police::NewStub(channel_);
  grpc::ClientContext context;
  const auto stream = stub->ReadCase(&context, {});
  stream->WaitForInitialMetadata();
  absl::Notification drained;
  std::thread drain([&] {
    runner_->Drain(absl::Seconds(300));
    drained.Notify();
  });
  EXPECT_FALSE(drained.HasBeenNotified());
  context.TryCancel();  // The client is done with it.
  drained.WaitForNotification();
  drain.join();
}

TEST(ShutdownSignalTest, WaitsForEitherSignal) {
  BlockShutdownSignals();
  for (const int signal : {SIGTERM, SIGINT}) {
    raise(signal);
    WaitForShutdownSignal();
  }
}

}  // namespace
}  // namespace concordat::services
