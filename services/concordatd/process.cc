#include "services/concordatd/process.h"

#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/directory.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/authorities.h"
#include "crypto/revocation_list.h"
#include "services/common/server_credentials.h"
#include "services/concordatd/practitioner_keys.h"
#include "services/ledger/approved_policy.h"
#include "services/ledger/ledger_service.h"
#include "services/ledger/publication.h"
#include "services/marac/governance_service.h"
#include "services/marac/marac_service.h"
#include "services/police/police_service.h"
#include "services/social/social_service.h"
#include "services/victim/victim_service.h"
#include "services/witness/witness_config.h"
#include "tlog/witness_request.h"

namespace concordat::services {
namespace {

constexpr std::string_view kLedgerService = "concordat.v1.Ledger";
// A restarted ledger is found again within a second.
constexpr int kReconnectMillisMax = 1000;
// For one attempt, TCP and TLS: gRPC's name for it speaks of backoff, too. A busy ledger may take a
// while; one that is not there refuses at once.
constexpr int kConnectMillisMax = 5000;
constexpr int kKeepalivePingMillis = 30'000;

// Pages come from the ledger, which bounds them.
grpc::ChannelArguments LedgerChannelArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kFileBytesMax));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillisMax / 10);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMillisMax);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepalivePingMillis);
  return arguments;
}

std::unique_ptr<grpc::Service> MakeRoleService(Target target, const RoleServiceParts& parts) {
  switch (target) {
    case Target::kPolice:
      return std::make_unique<PoliceService>(parts);
    case Target::kSocial:
      return std::make_unique<SocialService>(parts);
    case Target::kMarac:
      return std::make_unique<MaracService>(parts);
    case Target::kVictim:
      return std::make_unique<VictimService>(parts);
    case Target::kAll:
    case Target::kLedger:
    case Target::kWitness:
      break;
  }
  return nullptr;
}

void SayOnStandardError(const std::string& line) {
  std::fprintf(stderr, "concordatd: %s\n", line.c_str());
}

}  // namespace

Process::Process(Setup setup, const Clock* clock)
    : setup_(std::move(setup)),
      clock_(clock),
      reloader_(
          std::make_unique<Reloader>(ReloadedSources(), SayOnStandardError, [this](bool sound) {
            if (runner_ != nullptr) runner_->SetConfigurationSound(sound);
          })) {}

std::vector<Reloader::Source> Process::ReloadedSources() {
  const v1::ServerConfig& config = setup_.config;
  std::vector<Reloader::Source> sources;
  sources.push_back({{config.directory_file()}, [this] { return TakeDirectory(); }});
  sources.push_back({{config.tls().trusted_roots()}, [this] { return TakeAuthorities(); }});
  if (!config.tls().revocation_lists().empty()) {
    sources.push_back({{config.tls().revocation_lists(), config.tls().trusted_roots()},
                       [this] { return TakeRevocationLists(); }});
  }
  if (config.has_ledger()) {
    std::vector<std::string> files = {config.ledger().policy_file()};
    if (config.ledger().policy_approvals_required() > 0) {
      files.push_back(config.ledger().policy_approvals_file());
      files.push_back(config.directory_file());  // Whose keys count.
    }
    sources.push_back({std::move(files), [this] { return TakePolicy(); }});
  }
  return sources;
}

absl::StatusOr<std::string> Process::TakeDirectory() {
  CONCORDAT_ASSIGN_OR_RETURN(auth::Directory directory,
                             auth::Directory::Load(setup_.config.directory_file()));
  const uint64_t version = directory.version();
  const uint64_t in_force = setup_.trust->directory().version();
  if (directory.digest() != setup_.trust->directory().digest()) {
    if (version <= in_force) {
      return FieldError("directory_file: version", StrCat(version),
                        StrCat("one above ", in_force, ", which is in force"));
    }
    CONCORDAT_RETURN_IF_ERROR(CheckIdentity(directory, setup_.own_id, setup_.target));
    if (setup_.target != Target::kWitness) {
      CONCORDAT_RETURN_IF_ERROR(CheckIssuers(setup_.config, directory));
    }
    CONCORDAT_RETURN_IF_ERROR(CheckOwnAuthority(setup_.config.tls(), setup_.own_id, directory,
                                                setup_.trust->authorities(), clock_->Now()));
    if (ledger_ != nullptr) CONCORDAT_RETURN_IF_ERROR(ledger_->RecordDirectory(directory));
    setup_.trust->Replace(std::move(directory));
  }
  return StrCat("directory version ", version);
}

absl::StatusOr<std::string> Process::TakeAuthorities() {
  CONCORDAT_ASSIGN_OR_RETURN(crypto::Authorities authorities, LoadAuthorities(setup_.config.tls()));
  const size_t count = authorities.ids().size();
  setup_.trust->Replace(std::move(authorities));
  return StrCat(count, " trusted authorities");
}

absl::StatusOr<std::string> Process::TakeRevocationLists() {
  CONCORDAT_ASSIGN_OR_RETURN(crypto::RevocationLists lists,
                             LoadRevocationLists(setup_.config.tls(), clock_->Now()));
  const absl::Time next = lists.next_update();
  setup_.trust->Replace(std::move(lists));
  return StrCat("revocation lists that want others by ",
                absl::FormatTime(next, absl::UTCTimeZone()));
}

absl::StatusOr<std::string> Process::TakePolicy() {
  CONCORDAT_ASSIGN_OR_RETURN(ApprovedPolicy policy,
                             LoadApprovedPolicy(setup_.config.ledger(), setup_.trust->directory()));
  const std::string version = policy.policy.version();
  CONCORDAT_RETURN_IF_ERROR(ledger_->UsePolicy(std::move(policy)));
  return StrCat("release policy ", version);
}

Process::~Process() { Stop(); }

absl::StatusOr<std::unique_ptr<Process>> Process::Start(Setup setup, const Clock* clock) {
  std::unique_ptr<Process> process(new Process(std::move(setup), clock));
  if (!process->setup_.trust->directory().names_authorities()) {
    std::fputs(
        "concordatd: directory_file: no agency is bound to an authority "
        "(certificate_authorities): each trusted root may certify any of them\n",
        stderr);
  }
  if (process->setup_.target == Target::kWitness) {
    CONCORDAT_RETURN_IF_ERROR(process->ServeWitness());
    return process;
  }
  process->practitioners_ = MakePractitioners(process->setup_.config, clock, SayOnStandardError);
  process->practitioners_->Start();
  CONCORDAT_ASSIGN_OR_RETURN(
      process->guard_,
      CallGuard::Create({process->setup_.trust.get(), clock, process->setup_.policies,
                         CallGuard::Transport::kMutualTls, process->practitioners_.get()}));
  if (ServesLedger(process->setup_.target)) CONCORDAT_RETURN_IF_ERROR(process->OpenLedger());
  for (const Target role_service : RoleServicesOf(process->setup_.target)) {
    CONCORDAT_RETURN_IF_ERROR(process->ConnectToLedger(role_service));
  }
  CONCORDAT_RETURN_IF_ERROR(process->Serve());
  if (!process->setup_.config.ledger().publication().tiles_address().empty()) {
    CONCORDAT_RETURN_IF_ERROR(process->ServeTiles());
  }
  return process;
}

absl::Status Process::OpenLedger() {
  CONCORDAT_ASSIGN_OR_RETURN(ledger_,
                             Ledger::Open(setup_.config.ledger(), setup_.trust.get(), clock_));
  const v1::LogPublication& publication = setup_.config.ledger().publication();
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<tlog::Policy> witnesses, LoadWitnessPolicy(publication));
  if (witnesses.has_value()) {
    ledger_->StartCosigning(*std::move(witnesses), setup_.config.tls(), CosignEvery(publication));
  }
  services_.push_back(std::make_unique<LedgerService>(ledger_.get(), guard_.get(), clock_));
  if (setup_.target != Target::kAll) return absl::OkStatus();

  CONCORDAT_ASSIGN_OR_RETURN(AuthPolicyTable policies,
                             AuthPolicyTable::ForServices({kLedgerService}));
  CONCORDAT_ASSIGN_OR_RETURN(
      in_process_guard_,
      CallGuard::Create({setup_.trust.get(), clock_, std::move(policies),
                         CallGuard::Transport::kInProcess, practitioners_.get()}));
  in_process_service_ =
      std::make_unique<LedgerService>(ledger_.get(), in_process_guard_.get(), clock_);
  grpc::ServerBuilder builder;  // No port: only InProcessChannel reaches it.
  builder.RegisterService(in_process_service_.get());
  in_process_server_ = builder.BuildAndStart();
  if (in_process_server_ == nullptr) return absl::InternalError("in-process server: did not start");
  return absl::OkStatus();
}

absl::Status Process::ConnectToLedger(Target role_service) {
  LedgerClient::Options options;
  if (in_process_server_ != nullptr) {
    CONCORDAT_ASSIGN_OR_RETURN(const auth::SpiffeId id,
                               InProcessIdOf(setup_.trust->directory(), role_service));
    options.workload = id.ToString();
    options.channel = in_process_server_->InProcessChannel(LedgerChannelArguments());
  } else {
    const v1::LedgerAddress& at = setup_.config.ledger_at();
    CONCORDAT_ASSIGN_OR_RETURN(const auth::SpiffeId ledger_id,
                               auth::SpiffeId::Parse(at.spiffe_id()));
    options.channel = grpc::CreateCustomChannel(
        at.address(),
        MutualTlsChannelCredentials(setup_.config.tls(), ledger_id, setup_.trust.get()),
        LedgerChannelArguments());
  }
  clients_.push_back(std::make_unique<LedgerClient>(options));
  const RoleServiceParts parts = {guard_.get(), clients_.back().get(), clock_};
  services_.push_back(MakeRoleService(role_service, parts));
  if (role_service == Target::kMarac) {
    services_.push_back(std::make_unique<GovernanceService>(parts));
  }
  return absl::OkStatus();
}

absl::Status Process::Serve() {
  ServerRunner::Options options;
  options.listen_address = setup_.config.listen_address();
  options.port_file = setup_.config.port_file();
  options.credentials = MutualTlsServerCredentials(setup_.config.tls());
  for (const auto& service : services_) options.services.push_back(service.get());
  CONCORDAT_ASSIGN_OR_RETURN(runner_, ServerRunner::Start(options));
  port_ = runner_->port();
  runner_->SetConfigurationSound(true);
  if (ledger_ != nullptr) {
    ledger_->SetHealthListener(
        [this](const absl::Status& health) { runner_->SetServing(health.ok()); });
    runner_->SetServing(ledger_->health().ok());
  }
  return absl::OkStatus();
}

absl::Status Process::ServeWitness() {
  CONCORDAT_ASSIGN_OR_RETURN(Witness::Options options,
                             LoadWitness(setup_.config.witness(), clock_));
  CONCORDAT_ASSIGN_OR_RETURN(witness_, Witness::Create(std::move(options)));
  witness_service_ = std::make_unique<WitnessService>(witness_.get(), setup_.trust.get(), clock_);
  HttpsServer::Options server;
  server.address = setup_.config.listen_address();
  server.port_file = setup_.config.port_file();
  server.tls = setup_.config.tls();
  server.clock = clock_;
  server.body_bytes_max = tlog::kWitnessRequestBytesMax;
  server.handle = [this](const HttpRequest& request) { return witness_service_->Handle(request); };
  CONCORDAT_ASSIGN_OR_RETURN(https_, HttpsServer::Start(std::move(server)));
  port_ = https_->port();
  return absl::OkStatus();
}

absl::Status Process::ServeTiles() {
  const v1::LogPublication& publication = setup_.config.ledger().publication();
  tile_service_ = std::make_unique<TileService>(ledger_.get(), setup_.trust.get(), clock_);
  HttpsServer::Options server;
  server.address = publication.tiles_address();
  server.port_file = publication.tiles_port_file();
  server.tls = setup_.config.tls();
  server.clock = clock_;
  server.handle = [this](const HttpRequest& request) { return tile_service_->Handle(request); };
  CONCORDAT_ASSIGN_OR_RETURN(https_, HttpsServer::Start(std::move(server)));
  return absl::OkStatus();
}

void Process::Stop() {
  if (stopped_) return;
  stopped_ = true;
  reloader_.reset();
  https_.reset();
  if (ledger_ != nullptr) {
    ledger_->SetHealthListener([](const absl::Status&) {});
    ledger_->Shutdown();
  }
  for (const auto& client : clients_) client->Shutdown();
  if (runner_ != nullptr) runner_->Drain(DrainOf(setup_.config));
  // After the drain: a call begun on an in-process channel whose server is gone would crash in
  // gRPC 1.51.
  if (in_process_server_ != nullptr) {
    in_process_server_->Shutdown();
    in_process_server_->Wait();
  }
}

}  // namespace concordat::services
