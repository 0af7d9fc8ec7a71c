// One listening gRPC server from start to drained.
//
// Life: listening -> port file written -> serving (health SERVING) -> draining (health NOT_SERVING,
// new calls refused, open ones may finish) -> stopped. A crash at any point leaves nothing behind
// but a port file, which the next start replaces.
#ifndef CONCORDAT_SERVICES_COMMON_SERVER_RUNNER_H_
#define CONCORDAT_SERVICES_COMMON_SERVER_RUNNER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace concordat::services {

// NOT_SERVING while a changed file could not be taken over, and the process goes on with what was
// in force before.
inline constexpr char kConfigurationHealth[] = "concordat.configuration";

// Thread-safe.
class ServerRunner {
 public:
  struct Options {
    std::string listen_address;  // "127.0.0.1:0" for a free port.
    std::string port_file;       // Empty: none.
    std::shared_ptr<grpc::ServerCredentials> credentials;
    std::vector<grpc::Service*> services;  // Outlive the runner.
  };

  // Listens and serves. Messages over kMessageBytesMax are refused by gRPC with RESOURCE_EXHAUSTED.
  // The standard health service (grpc.health.v1) stands beside the services; its name for the whole
  // process is "". FAILED_PRECONDITION when the address can't be listened on; the errors of
  // WriteFileAtomically for the port file.
  static absl::StatusOr<std::unique_ptr<ServerRunner>> Start(const Options& options);

  ~ServerRunner();  // Drain(absl::ZeroDuration()) if that has not been done.

  int port() const { return port_; }

  // Health as its watchers see it; without effect once draining. Not serving does not refuse calls:
  // they get their own errors.
  void SetServing(bool serving);

  // The same of the health service's name kConfigurationHealth: whether what the files say is in
  // force.
  void SetConfigurationSound(bool sound);

  // NOT_SERVING, then no new calls; returns when every open call has ended, which those still open
  // after `grace` are made to. A second call waits for nothing.
  void Drain(absl::Duration grace);

 private:
  ServerRunner(std::unique_ptr<grpc::Server> server, int port);

  const std::unique_ptr<grpc::Server> server_;
  const int port_;
  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

// SIGTERM and SIGINT are delivered to WaitForShutdownSignal only. To be called in main before any
// thread starts: a thread inherits the mask.
void BlockShutdownSignals();
// Returns when either arrives.
void WaitForShutdownSignal();

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_SERVER_RUNNER_H_
