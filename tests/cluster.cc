#include "tests/cluster.h"

#include <google/protobuf/text_format.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/common/server_credentials.h"
#include "tests/free_port.h"
#include "tests/raw_call.h"

namespace concordat::tests {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(20);
constexpr absl::Duration kStopTimeout = absl::Seconds(20);
constexpr absl::Duration kSayTimeout = absl::Seconds(5);
constexpr char kLogOrigin[] = "lancashire.concordat.test/log";
constexpr char kKeyEncryptionKey[] =
    "6b656b2d6f662d612d746573742d6f6e6c792d6b656b2d6f662d612d74657374\n";
constexpr size_t kOutputShownMax = 4000;

grpc::ChannelArguments ArgumentsOfAClient() {
  grpc::ChannelArguments arguments;
  // Processes are killed and come back at once; clients find them again at once.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  // How long one attempt may take: a handshake on a busy machine.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

std::string Text(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

}  // namespace

Cluster::Cluster(Options options, std::string dir, crypto::NoteSigner log_key)
    : options_(std::move(options)), dir_(std::move(dir)), log_key_(std::move(log_key)) {
  if (options_.one_process) options_.targets = {"all"};
}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::Start(Options options) {
  std::unique_ptr<Cluster> cluster(new Cluster(std::move(options), NewDirectory("concordat"),
                                               crypto::NoteSigner::Generate(kLogOrigin)));
  CONCORDAT_RETURN_IF_ERROR(cluster->WriteFiles());
  for (const std::string& target : cluster->options_.targets) {
    CONCORDAT_RETURN_IF_ERROR(cluster->StartProcess(target));
  }
  for (const std::string& target : cluster->options_.targets) {
    CONCORDAT_RETURN_IF_ERROR(cluster->WaitUntilServing(target));
  }
  return cluster;
}

Cluster::~Cluster() {
  for (auto& [target, process] : processes_) process->Signal(SIGTERM);
  for (auto& [target, process] : processes_) {
    const absl::StatusOr<int> code = process->Wait(kStopTimeout);
    // 128 and SIGKILL: the test itself killed it.
    if (!code.ok() || (*code != 0 && *code != 128 + SIGKILL)) {
      ADD_FAILURE() << target << ": got " << (code.ok() ? StrCat("exit code ", *code) : "no end")
                    << " when asked to stop, want 0";
    }
    const pid_t pid = process->pid();
    process.reset();
    EXPECT_TRUE(kill(pid, 0) != 0 && errno == ESRCH) << target << " is left running";
    if (!::testing::UnitTest::GetInstance()->Failed()) continue;
    const std::string output = ReadFile(output_file(target)).value_or("");
    fprintf(stderr, "---- end of the output of %s:\n%s\n", target.c_str(),
            output.substr(output.size() - std::min(output.size(), kOutputShownMax)).c_str());
  }
}

absl::Status Cluster::WriteFiles() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text,
                             ReadFile(Runfile("deploy/directory/lancashire.textproto")));
  if (!google::protobuf::TextFormat::ParseFromString(text, &directory_)) {
    return absl::InternalError("lancashire.textproto: got another text, want an AgencyDirectory");
  }
  if (options_.edit_directory != nullptr) options_.edit_directory(&directory_);
  const std::string pki_dir = StrCat(dir_, "/tls");
  CONCORDAT_CHECK(mkdir(pki_dir.c_str(), 0700) == 0);
  CONCORDAT_ASSIGN_OR_RETURN(pki_, TestPki::Create(pki_dir, kTrustDomain));
  CONCORDAT_RETURN_IF_ERROR(
      WriteFileAtomically(StrCat(dir_, "/directory"), Text(directory_), 0644));
  CONCORDAT_RETURN_IF_ERROR(
      WriteFileAtomically(StrCat(dir_, "/log.key"), log_key_.EncodePrivate(), 0600));
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(StrCat(dir_, "/kek"), kKeyEncryptionKey, 0600));
  for (const std::string& target : options_.targets) ports_[target] = FreePort();
  for (const std::string& target : options_.targets) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::ServerConfig config, ConfigOf(target));
    if (options_.edit_config != nullptr) options_.edit_config(target, &config);
    CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(config_file(target), Text(config), 0644));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ServerConfig> Cluster::ConfigOf(const std::string& target) {
  const std::string workload = options_.one_process ? "ledger" : target;
  v1::ServerConfig config;
  config.set_listen_address(StrCat("127.0.0.1:", port(target)));
  config.set_port_file(StrCat(dir_, "/", target, ".port"));
  CONCORDAT_ASSIGN_OR_RETURN(*config.mutable_tls(),
                             pki_->FilesFor(StrCat("svc-", workload), workload));
  config.set_directory_file(StrCat(dir_, "/directory"));
  config.set_drain_seconds(2);
  if (workload == "ledger") {
    v1::LedgerConfig& ledger = *config.mutable_ledger();
    ledger.set_data_dir(data_dir());
    ledger.set_log_origin(kLogOrigin);
    ledger.set_log_signing_key_file(StrCat(dir_, "/log.key"));
    ledger.set_key_encryption_key_file(StrCat(dir_, "/kek"));
    ledger.set_policy_file(Runfile("deploy/policy/release-policy.textproto"));
    ledger.set_police_force_area("E23000003");
  } else {
    config.mutable_ledger_at()->set_address(StrCat("127.0.0.1:", port("ledger")));
    config.mutable_ledger_at()->set_spiffe_id(pki_->SpiffeId("svc-ledger", "ledger"));
  }
  return config;
}

ChildProcess::Options Cluster::ProcessOptions(const std::string& target,
                                              const std::string& output_file) const {
  ChildProcess::Options options;
  options.arguments = {Runfile("services/concordatd/concordatd"), StrCat("--target=", target),
                       StrCat("--config=", config_file(target))};
  options.output_file = output_file;
  options.environment = options_.environment;
  return options;
}

absl::Status Cluster::StartProcess(const std::string& target) {
  CONCORDAT_ASSIGN_OR_RETURN(processes_[target],
                             ChildProcess::Start(ProcessOptions(target, output_file(target))));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ChildProcess>> Cluster::StartAgain(const std::string& target,
                                                                  const std::string& output_file) {
  return ChildProcess::Start(ProcessOptions(target, output_file));
}

absl::Status Cluster::WaitUntilServing(const std::string& target) {
  const std::string service = target == "all" ? "ledger" : target;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::TlsFiles files,
                             pki_->FilesFor("log-auditor", WorkloadOf("log-auditor")));
  const auto channel = ChannelWith(service, files);
  const absl::Time deadline = Clock::Real().Now() + kStartTimeout;
  while (Clock::Real().Now() < deadline) {
    const absl::StatusOr<int> ended = process(target).Wait(absl::ZeroDuration());
    if (ended.ok()) {
      return absl::InternalError(StrCat(target, ": got exit code ", *ended,
                                        " at start: ", ReadFile(output_file(target)).value_or("")));
    }
    if (channel->WaitForConnected(
            gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(100, GPR_TIMESPAN))) &&
        IsServing(channel, absl::Seconds(1))) {
      return absl::OkStatus();
    }
  }
  return absl::DeadlineExceededError(StrCat(
      target, ": got no answer, want it to serve: ", ReadFile(output_file(target)).value_or("")));
}

std::string Cluster::ServiceOf(const std::string& full_name) {
  return absl::AsciiStrToLower(full_name.substr(full_name.rfind('.') + 1));
}

std::string Cluster::TargetOf(const std::string& service) const {
  return options_.one_process ? "all" : service;
}

std::string Cluster::WorkloadOf(const std::string& agency) const {
  for (const v1::Agency& known : directory_.agencies()) {
    if (known.id() == agency) return known.workloads(0);
  }
  return "desk";
}

std::shared_ptr<grpc::Channel> Cluster::Channel(const std::string& service,
                                                const std::string& agency) {
  const absl::StatusOr<v1::TlsFiles> files = pki_->FilesFor(agency, WorkloadOf(agency));
  EXPECT_TRUE(files.ok()) << files.status();
  return ChannelWith(service, *files);
}

std::shared_ptr<grpc::Channel> Cluster::ChannelWith(const std::string& service,
                                                    const v1::TlsFiles& files) {
  return ChannelTo(service, StrCat("svc-", options_.one_process ? "ledger" : service), files);
}

std::shared_ptr<grpc::Channel> Cluster::ChannelTo(const std::string& service,
                                                  const std::string& identity,
                                                  const v1::TlsFiles& files) {
  const auto server = auth::SpiffeId::Parse(pki_->SpiffeId(identity, WorkloadOf(identity)));
  return grpc::CreateCustomChannel(StrCat("127.0.0.1:", port(TargetOf(service))),
                                   services::MutualTlsChannelCredentials(files, *server),
                                   ArgumentsOfAClient());
}

size_t Cluster::OutputSize(const std::string& target) const {
  return ReadFile(output_file(target)).value_or("").size();
}

bool Cluster::Says(const std::string& target, const std::string& text, size_t from) const {
  const absl::Time deadline = Clock::Real().Now() + kSayTimeout;
  do {
    if (ReadFile(output_file(target)).value_or("").find(text, from) != std::string::npos)
      return true;
    absl::SleepFor(absl::Milliseconds(5));
  } while (Clock::Real().Now() < deadline);
  return false;
}

void Cluster::Kill9(const std::string& target) {
  process(target).Signal(SIGKILL);
  EXPECT_EQ(process(target).Wait(kStopTimeout).value_or(-1), 128 + SIGKILL) << target;
}

absl::StatusOr<int> Cluster::Terminate(const std::string& target) {
  process(target).Signal(SIGTERM);
  return process(target).Wait(kStopTimeout);
}

absl::Status Cluster::Restart(const std::string& target) {
  processes_[target] = nullptr;
  CONCORDAT_RETURN_IF_ERROR(StartProcess(target));
  return WaitUntilServing(target);
}

}  // namespace concordat::tests
