// A fake ledger on an in-process server, and the parts that a role service needs to reach it.
#ifndef CONCORDAT_SERVICES_COMMON_TESTING_LEDGER_WORLD_H_
#define CONCORDAT_SERVICES_COMMON_TESTING_LEDGER_WORLD_H_

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/directory.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "services/common/call_guard.h"
#include "services/common/ledger_client.h"
#include "services/common/role_handlers.h"
#include "services/common/server_runner.h"
#include "services/common/testing/fake_ledger.h"
#include "services/common/testing/test_pki.h"

namespace concordat::services::testing {

// Everything lives as long as the world. CHECKs that everything starts.
class LedgerWorld {
 public:
  // A ledger that is reached as the role service `service_agency` ("svc-police").
  explicit LedgerWorld(std::string_view service_agency);
  ~LedgerWorld();

  const auth::Directory& directory() const { return trust_.directory(); }
  auth::Trust& trust() { return trust_; }
  const TestPki& pki() const { return pki_; }
  FakeLedger& ledger() { return *ledger_; }
  LedgerClient& client() { return *client_; }

  // A guard over mutual TLS for one gRPC service.
  std::unique_ptr<CallGuard> GuardFor(std::string_view grpc_service) const;

  // Serves `service` over mutual TLS with the role service's certificate, on a free port, until
  // StopServing or the end.
  void Serve(grpc::Service* service);
  void StopServing();
  // A channel to it as `agency`'s desk, or with any certificate.
  std::shared_ptr<grpc::Channel> Connect(std::string_view agency) const;
  std::shared_ptr<grpc::Channel> ConnectWith(const v1::TlsFiles& files) const;

  // A client of a ledger that is not there.
  std::unique_ptr<LedgerClient> ClientOfNothing() const;

 private:
  const std::string service_agency_;
  auth::Trust trust_;
  const TestPki pki_;
  std::unique_ptr<CallGuard> ledger_guard_;
  std::unique_ptr<FakeLedger> ledger_;
  std::unique_ptr<grpc::Server> ledger_server_;
  std::unique_ptr<LedgerClient> client_;
  std::unique_ptr<ServerRunner> runner_;
};

// A caller of that agency, as a guard would admit it.
Caller TestCaller(const auth::Directory& directory, std::string_view agency);

}  // namespace concordat::services::testing

#endif  // CONCORDAT_SERVICES_COMMON_TESTING_LEDGER_WORLD_H_
