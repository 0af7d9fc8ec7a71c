// A real Concordat: concordatd processes that speak mutual TLS to each other and to the test, with
// a fresh certificate authority, log key and database in a directory of their own.
#ifndef CONCORDAT_TESTS_CLUSTER_H_
#define CONCORDAT_TESTS_CLUSTER_H_

#include <grpcpp/channel.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/config.pb.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/signed_note.h"
#include "tests/child_process.h"
#include "tests/test_paths.h"
#include "tests/test_pki.h"

namespace concordat::tests {

inline constexpr char kTrustDomain[] = "lancashire.concordat.test";

// Not thread-safe, but that channels may be asked for from any thread after Start. The thread that
// starts processes must outlive them (child_process.h).
class Cluster {
 public:
  struct Options {
    bool one_process = false;  // --target=all instead of one process each.
    std::vector<std::string> targets = {"ledger", "police", "social", "marac", "victim"};
    // Applied to the example directory of Lancashire.
    std::function<void(v1::AgencyDirectory*)> edit_directory = nullptr;
    // Applied to each process' configuration before it is written.
    std::function<void(const std::string& target, v1::ServerConfig*)> edit_config = nullptr;
    std::vector<std::string> environment = {};  // Of every process.
  };

  // Returns once every process says that it is serving.
  static absl::StatusOr<std::unique_ptr<Cluster>> Start(Options options);
  // Ends every process. Fails the test if one does not stop cleanly when asked to, or is left.
  ~Cluster();

  // A channel to the service ("ledger", "police", "social", "marac" or "victim") as that workload.
  // The server is accepted by its SPIFFE id only. The first workload of the directory, if none is
  // named.
  std::shared_ptr<grpc::Channel> Channel(const std::string& service, const std::string& agency);
  std::shared_ptr<grpc::Channel> ChannelWith(const std::string& service, const v1::TlsFiles& files);
  // The same, but wanting a server of another identity, such as "svc-police".
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service, const std::string& identity,
                                           const v1::TlsFiles& files);
  // A stub of v1::Police, v1::Ledger and so on.
  template <typename Service>
  std::unique_ptr<typename Service::Stub> Stub(const std::string& agency) {
    return Service::NewStub(Channel(ServiceOf(Service::service_full_name()), agency));
  }

  // `target` is one of Options::targets, or "all". Each waits for the process to end, respectively
  // to serve.
  void Kill9(const std::string& target);
  absl::StatusOr<int> Terminate(const std::string& target);  // SIGTERM; the exit code.
  absl::Status Restart(const std::string& target);  // On the same port; kills it if need be.

  // Starts concordatd once more beside the others with the target's own arguments.
  absl::StatusOr<std::unique_ptr<ChildProcess>> StartAgain(const std::string& target,
                                                           const std::string& output_file);
  ChildProcess& process(const std::string& target) { return *processes_.at(target); }

  // Whether the process has written `text` since it had written `from` bytes; waits for it a while.
  bool Says(const std::string& target, const std::string& text, size_t from = 0) const;
  size_t OutputSize(const std::string& target) const;

  const v1::AgencyDirectory& directory() const { return directory_; }
  const crypto::NoteVerifier& log_verifier() const { return log_key_.verifier(); }
  TestPki& pki() { return *pki_; }
  int port(const std::string& target) const { return ports_.at(target); }
  std::string data_dir() const { return dir_ + "/data"; }
  std::string output_file(const std::string& target) const { return dir_ + "/" + target + ".out"; }
  std::string config_file(const std::string& target) const { return dir_ + "/" + target + ".conf"; }
  const std::vector<std::string>& targets() const { return options_.targets; }

 private:
  Cluster(Options options, std::string dir, crypto::NoteSigner log_key);

  static std::string ServiceOf(const std::string& full_name);
  std::string TargetOf(const std::string& service) const;
  std::string WorkloadOf(const std::string& agency) const;
  absl::Status WriteFiles();
  absl::StatusOr<v1::ServerConfig> ConfigOf(const std::string& target);
  absl::Status StartProcess(const std::string& target);
  absl::Status WaitUntilServing(const std::string& target);
  ChildProcess::Options ProcessOptions(const std::string& target,
                                       const std::string& output_file) const;

  Options options_;
  const std::string dir_;
  const crypto::NoteSigner log_key_;
  v1::AgencyDirectory directory_;
  std::unique_ptr<TestPki> pki_;
  std::map<std::string, int> ports_;
  std::map<std::string, std::unique_ptr<ChildProcess>> processes_;
};

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_CLUSTER_H_
