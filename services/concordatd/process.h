// One running concordatd: every part of a target wired together, explicitly and here alone.
//
// The role services of target `all` reach the ledger over an in-process channel of a second server
// that listens nowhere, and so through the same guard, validation and messages as between machines.
#ifndef CONCORDAT_SERVICES_CONCORDATD_PROCESS_H_
#define CONCORDAT_SERVICES_CONCORDATD_PROCESS_H_

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/practitioners.h"
#include "base/clock.h"
#include "services/common/call_guard.h"
#include "services/common/ledger_client.h"
#include "services/common/server_runner.h"
#include "services/concordatd/config.h"
#include "services/concordatd/reloader.h"
#include "services/http/https_server.h"
#include "services/ledger/ledger.h"
#include "services/ledger/tile_service.h"
#include "services/witness/witness_service.h"

namespace concordat::services {

class Process {
 public:
  // Opens the ledger, listens, serves. The errors of Ledger::Open and ServerRunner::Start. `clock`
  // outlives the process.
  static absl::StatusOr<std::unique_ptr<Process>> Start(Setup setup, const Clock* clock);

  ~Process();  // Stops if it has not been stopped.

  int port() const { return port_; }

  // Takes over what the directory, the release policy, the trusted roots and the revocation lists
  // say now, where their files are others than before; what was wrong with one stays out, and what
  // was in force stays. Each is said on standard error. Open streams end whose caller would no
  // longer be admitted.
  void Reload() { reloader_->Look(); }
  // From here on, by itself.
  void ReloadEvery(absl::Duration every) { reloader_->Start(every); }

  // Health NOT_SERVING; alert streams end, other calls may finish within the configured drain; then
  // everything stops. What was acknowledged is on disk already. A second call does nothing.
  void Stop();

 private:
  Process(Setup setup, const Clock* clock);
  absl::Status OpenLedger();
  absl::Status ConnectToLedger(Target role_service);
  absl::Status Serve();
  absl::Status ServeWitness();
  absl::Status ServeTiles();
  absl::StatusOr<std::string> TakeDirectory();
  absl::StatusOr<std::string> TakePolicy();
  absl::StatusOr<std::string> TakeAuthorities();
  absl::StatusOr<std::string> TakeRevocationLists();
  std::vector<Reloader::Source> ReloadedSources();

  const Setup setup_;
  const Clock* const clock_;
  // In the order of construction; each uses only what stands above it.
  std::unique_ptr<auth::Practitioners> practitioners_;  // Null for a witness.
  std::unique_ptr<CallGuard> guard_;
  std::unique_ptr<CallGuard> in_process_guard_;
  std::unique_ptr<Ledger> ledger_;
  std::vector<std::unique_ptr<LedgerClient>> clients_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Service> in_process_service_;
  std::unique_ptr<grpc::Server> in_process_server_;
  std::unique_ptr<ServerRunner> runner_;
  std::unique_ptr<Witness> witness_;
  std::unique_ptr<WitnessService> witness_service_;
  std::unique_ptr<TileService> tile_service_;
  std::unique_ptr<HttpsServer> https_;  // Of a witness, or for tiles.
  std::unique_ptr<Reloader> reloader_;
  int port_ = 0;
  bool stopped_ = false;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_PROCESS_H_
