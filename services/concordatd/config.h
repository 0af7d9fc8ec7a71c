// A process's configuration, loaded and checked as a whole before anything starts.
#ifndef CONCORDAT_SERVICES_CONCORDATD_CONFIG_H_
#define CONCORDAT_SERVICES_CONCORDATD_CONFIG_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "auth/directory.h"
#include "auth/spiffe_id.h"
#include "auth/trust.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"
#include "services/common/auth_policy.h"
#include "services/concordatd/target.h"

namespace concordat::services {

// Movable. Everything that can be wrong with a configuration is right once this exists.
struct Setup {
  Target target;
  v1::ServerConfig config;
  std::unique_ptr<auth::Trust> trust;
  auth::SpiffeId own_id;     // The certificate's.
  AuthPolicyTable policies;  // For the services of the target.
};

// Reads the textproto at `path`. INVALID_ARGUMENT (or an error of base/files.h) naming the field or
// the file, and what was wanted, for
//  - what does not parse, an unknown field among it;
//  - a missing listen_address, tls or directory_file; drain_seconds over kDrainSecondsMax;
//  - ledger missing where the target holds the ledger, or given where it doesn't; the same for
//  ledger_at;
//  - TLS files (CheckTlsFiles, LoadAuthorities, LoadRevocationLists), the directory, and for the
//  ledger its keys and release policy, that don't load;
//  - a certificate that the directory does not know as this target: svc-ledger for ledger and all,
//  for the others a role service
//    of the target's role; for all, the four role services too;
//  - a certificate of an authority that the directory does not name for its agency;
//  - practitioners' issuers (auth/practitioners.h), and an issuer that the directory names for an
//  agency and this file does not; any for a witness;
//  - an RPC without an authentication policy.
absl::StatusOr<Setup> LoadSetup(Target target, const std::string& path, const Clock& clock);

// INVALID_ARGUMENT unless its certificate comes from an authority that may certify its agency:
// nobody would believe it.
absl::Status CheckOwnAuthority(const v1::TlsFiles& files, const auth::SpiffeId& own_id,
                               const auth::Directory& directory,
                               const crypto::Authorities& authorities, absl::Time now);

// Whether this target can serve as `own_id` by this directory: as LoadSetup checks it.
absl::Status CheckIdentity(const auth::Directory& directory, const auth::SpiffeId& own_id,
                           Target target);

inline constexpr uint32_t kDrainSecondsMax = 300;
// 5 seconds when not configured.
absl::Duration DrainOf(const v1::ServerConfig& config);

// The id under which a role service of target `all` speaks to the ledger in process: its agency's
// first workload.
absl::StatusOr<auth::SpiffeId> InProcessIdOf(const auth::Directory& directory, Target role_service);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_CONFIG_H_
