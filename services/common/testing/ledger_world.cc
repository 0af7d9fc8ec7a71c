#include "services/common/testing/ledger_world.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/str_cat.h"
#include "services/common/grpc_life.h"
#include "services/common/server_credentials.h"
#include "services/common/testing/test_directory.h"

namespace concordat::services::testing {
namespace {

std::unique_ptr<CallGuard> MakeGuard(const auth::Trust* trust, std::string_view service,
                                     CallGuard::Transport transport) {
  auto policies = AuthPolicyTable::ForServices({service});
  CONCORDAT_CHECK(policies.ok());
  auto guard = CallGuard::Create({trust, &Clock::Real(), *std::move(policies), transport});
  CONCORDAT_CHECK(guard.ok());
  return *std::move(guard);
}

}  // namespace

LedgerWorld::LedgerWorld(std::string_view service_agency)
    : service_agency_((KeepGrpcRunning(), service_agency)),
      trust_(TestDirectory()),
      ledger_guard_(MakeGuard(&trust_, "concordat.v1.Ledger", CallGuard::Transport::kInProcess)),
      ledger_(std::make_unique<FakeLedger>(ledger_guard_.get())) {
  grpc::ServerBuilder builder;
  builder.RegisterService(ledger_.get());
  ledger_server_ = builder.BuildAndStart();
  CONCORDAT_CHECK(ledger_server_ != nullptr);
  LedgerClient::Options options;
  options.channel = ledger_server_->InProcessChannel({});
  options.workload = TestUri(service_agency);
  client_ = std::make_unique<LedgerClient>(options);
}

LedgerWorld::~LedgerWorld() {
  client_->Shutdown();
  StopServing();
  ledger_server_->Shutdown();
}

std::unique_ptr<CallGuard> LedgerWorld::GuardFor(std::string_view grpc_service) const {
  return MakeGuard(&trust_, grpc_service, CallGuard::Transport::kMutualTls);
}

void LedgerWorld::Serve(grpc::Service* service) {
  ServerRunner::Options options;
  options.listen_address = "127.0.0.1:0";
  options.credentials = MutualTlsServerCredentials(pki_.IssueFor(service_agency_));
  options.services = {service};
  auto runner = ServerRunner::Start(options);
  CONCORDAT_CHECK(runner.ok());
  runner_ = *std::move(runner);
}

void LedgerWorld::StopServing() { runner_.reset(); }

std::shared_ptr<grpc::Channel> LedgerWorld::Connect(std::string_view agency) const {
  return ConnectWith(pki_.IssueFor(agency));
}

std::shared_ptr<grpc::Channel> LedgerWorld::ConnectWith(const v1::TlsFiles& files) const {
  const auto server = auth::SpiffeId::Parse(TestUri(service_agency_));
  CONCORDAT_CHECK(server.ok() && runner_ != nullptr);
  return grpc::CreateChannel(absl::StrCat("127.0.0.1:", runner_->port()),
                             MutualTlsChannelCredentials(files, *server));
}

std::unique_ptr<LedgerClient> LedgerWorld::ClientOfNothing() const {
  const auto server = auth::SpiffeId::Parse(TestUri("svc-ledger"));
  CONCORDAT_CHECK(server.ok());
  LedgerClient::Options options;
  // The port of tcpmux (RFC 1078), which nothing serves any more.
  options.channel = grpc::CreateChannel(
      "127.0.0.1:1", MutualTlsChannelCredentials(pki_.IssueFor(service_agency_), *server));
  return std::make_unique<LedgerClient>(options);
}

Caller TestCaller(const auth::Directory& directory, std::string_view agency) {
  auto id = auth::SpiffeId::Parse(TestUri(agency));
  CONCORDAT_CHECK(id.ok());
  const auto found = directory.Resolve(*id);
  CONCORDAT_CHECK(found.ok());
  return Caller{*std::move(id),       **found,
                std::string(32, 'f'), std::nullopt,
                {{(*found)->role()}}, "/concordat.v1.Police/ReadCase"};
}

}  // namespace concordat::services::testing
