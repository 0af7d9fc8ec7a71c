#include "services/common/server_runner.h"

#include <grpc/grpc.h>
#include <grpc/support/time.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/grpc_life.h"
#include "services/common/malformed_request.h"

namespace concordat::services {
namespace {

// A watcher's stream is quiet between heartbeats, so peers may ping; one that pings in a rush is
// cut off.
constexpr int kKeepalivePingMillis = 30'000;
constexpr int kKeepaliveTimeoutMillis = 10'000;
constexpr int kPingIntervalMillisMin = 10'000;
// Message framing and the fields around an event.
constexpr int kReceiveBytesMax = static_cast<int>(kMessageBytesMax) + 4096;

sigset_t ShutdownSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void Configure(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(TellMalformedRequests());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  builder.SetMaxReceiveMessageSize(kReceiveBytesMax);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepalivePingMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMillisMin);
  // Two processes on one port would split the calls between them.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

ServerRunner::ServerRunner(std::unique_ptr<grpc::Server> server, int port)
    : server_(std::move(server)), port_(port) {}

ServerRunner::~ServerRunner() { Drain(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<ServerRunner>> ServerRunner::Start(const Options& options) {
  KeepGrpcRunning();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  Configure(builder);
  int port = 0;
  builder.AddListeningPort(options.listen_address, options.credentials, &port);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "listen_address: got ", options.listen_address, ", want an address free to listen on"));
  }
  std::unique_ptr<ServerRunner> runner(new ServerRunner(std::move(server), port));
  if (!options.port_file.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        WriteFileAtomically(options.port_file, absl::StrCat(port, "\n"), 0644));
  }
  return runner;
}

void ServerRunner::SetServing(bool serving) {
  absl::MutexLock lock(&mutex_);
  if (!draining_) server_->GetHealthCheckService()->SetServingStatus(serving);
}

void ServerRunner::SetConfigurationSound(bool sound) {
  absl::MutexLock lock(&mutex_);
  if (!draining_) {
    server_->GetHealthCheckService()->SetServingStatus(kConfigurationHealth, sound);
  }
}

void ServerRunner::Drain(absl::Duration grace) {
  {
    absl::MutexLock lock(&mutex_);
    if (draining_) return;
    draining_ = true;
    server_->GetHealthCheckService()->Shutdown();
  }
  const gpr_timespec deadline =
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(absl::ToInt64Milliseconds(grace), GPR_TIMESPAN));
  server_->Shutdown(deadline);
  server_->Wait();
}

void BlockShutdownSignals() {
  const sigset_t signals = ShutdownSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void WaitForShutdownSignal() {
  const sigset_t signals = ShutdownSignals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
}

}  // namespace concordat::services
