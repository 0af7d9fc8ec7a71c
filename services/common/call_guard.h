// The first line of every handler: who is calling, and may they call this method at all?
//
//   CONCORDAT_ASSIGN_OR_RETURN(Caller caller, guard->Admit(*context,
//   "/concordat.v1.Police/NotifyIncident"));
//
// Decides by certificate, directory and method only. What a caller may see of a case is the
// ledger's to decide.
#ifndef CONCORDAT_SERVICES_COMMON_CALL_GUARD_H_
#define CONCORDAT_SERVICES_COMMON_CALL_GUARD_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/practitioners.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "services/common/auth_policy.h"
#include "services/common/caller.h"
#include "services/common/certified_peer.h"

namespace concordat::services {

// Binary metadata: a serialised v1::EndCaller, from role services only.
inline constexpr char kEndCallerMetadata[] = "concordat-end-caller-bin";
// The SPIFFE id of the connected workload, believed on in-process channels only and refused
// everywhere else.
inline constexpr char kWorkloadMetadata[] = "concordat-workload";
// "Bearer " and an access token (RFC 6750 section 2.1): the person behind the call. From an
// agency's own workload; a role service hands it on in its EndCaller.
inline constexpr char kAuthorizationMetadata[] = "authorization";

// To be asked before each message of a stream: would its caller be admitted now? Only while the
// call is there.
using Readmission = std::function<absl::Status()>;

// Thread-safe; does not block.
class CallGuard {
 public:
  enum class Transport {
    kMutualTls,  // The workload is the certificate's single URI SAN.
    kInProcess,  // The workload is kWorkloadMetadata: only for a server that is never bound to a
                 // port.
  };

  struct Options {
    const auth::Trust* trust;  // Outlives the guard, as does the clock.
    const Clock* clock;
    AuthPolicyTable policies;
    Transport transport;
    // Outlives the guard. Null: no token is believed.
    auth::Practitioners* practitioners = nullptr;
  };

  // INVALID_ARGUMENT when trust or clock is null.
  static absl::StatusOr<std::unique_ptr<CallGuard>> Create(Options options);

  // The caller of this call of `method` (its wire name, "/concordat.v1.Police/NotifyIncident").
  //
  // PERMISSION_DENIED, in texts that say nothing about cases or about which agencies exist:
  //  - no certificate; one out of date now (a connection may outlive it) or revoked; none or
  //  several URI SANs; one that is no SPIFFE id;
  //  - an agency that is unknown or suspended, a workload it doesn't list (one text for all, from
  //  the directory);
  //  - end caller metadata from a workload that is no role service, twice, malformed, or of a role
  //  this service doesn't serve;
  //  - a role service without an end caller where the method wants one; a role service calling as
  //  an agency;
  //  - a role that may not call the method (the text names the method and the wanted roles).
  // UNAUTHENTICATED with an ErrorInfo (error_info.h) for a token that is missing where the method
  // wants a person, does not hold (auth/practitioners.h), is sent twice, in another scheme or by a
  // role service as its own; and with kInsufficientUserAuthentication where the method wants a
  // fresh strong authentication and the person's is not. UNAVAILABLE while its issuer's keys are.
  absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context,
                               std::string_view method) const;
  // The same question of a call under way. `method` is a literal.
  Readmission Again(const grpc::ServerContextBase& context, std::string_view method) const {
    return [this, &context, method] { return Admit(context, method).status(); };
  }

 private:
  using Peer = CertifiedPeer;  // The directly connected workload.

  explicit CallGuard(Options options);
  absl::StatusOr<Peer> ConnectedPeer(const grpc::ServerContextBase& context) const;
  absl::StatusOr<Peer> TlsPeer(const grpc::ServerContextBase& context) const;
  absl::StatusOr<Peer> InProcessPeer(const grpc::ServerContextBase& context) const;
  // Makes the end caller that `service` states the caller, seen with both roles.
  absl::Status ActFor(const Peer& service, const std::vector<std::string_view>& stated,
                      Caller* caller, std::string* token) const;

  // Who is behind the call, by `token` (empty: nobody), if `person` wants it so.
  absl::Status SeePerson(PersonPolicy person, std::string token, Caller* caller) const;

  const Options options_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_CALL_GUARD_H_
