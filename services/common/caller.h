// Who is calling: established from the connection by CallGuard, never read from a request message.
#ifndef CONCORDAT_SERVICES_COMMON_CALLER_H_
#define CONCORDAT_SERVICES_COMMON_CALLER_H_

#include <optional>
#include <string>

#include "auth/policy.h"
#include "auth/practitioner.h"
#include "auth/spiffe_id.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services {

// One admitted caller of one call. Copyable; a plain value.
struct Caller {
  // The agency's workload that asks. Behind a role service this is the end caller, and `via` the
  // role service.
  auth::SpiffeId id;
  v1::Agency agency;               // As the directory has it, not suspended.
  std::string certificate_sha256;  // 32 bytes: SHA-256 of the DER of the certificate that `id`
                                   // connected with.
  std::optional<auth::SpiffeId> via;
  // The roles whose views are both applied, the stricter winning: the role service's, then the end
  // caller's.
  auth::ViewRoles view;
  // "/concordat.v1.Ledger/ReadCase".
  std::string method;
  // The role service's role; ROLE_UNSPECIFIED when `via` is not set.
  v1::Role service_role = v1::ROLE_UNSPECIFIED;
  // Nullopt: a system on its own.
  std::optional<auth::Practitioner> practitioner = std::nullopt;
  // Theirs, to be handed on to the ledger. Never logged.
  std::string practitioner_token = {};
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_CALLER_H_
