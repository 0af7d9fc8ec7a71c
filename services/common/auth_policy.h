// Which authentication each RPC wants. An RPC without a policy does not start.
#ifndef CONCORDAT_SERVICES_COMMON_AUTH_POLICY_H_
#define CONCORDAT_SERVICES_COMMON_AUTH_POLICY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services {

enum class AuthPolicy {
  kAgency,               // An agency's own workload, directly connected.
  kRoleServiceOnBehalf,  // A role service that states its end caller.
  kAuditor,              // An auditor's workload, directly connected.
};

// Which person must be behind the call, by their access token (auth/practitioners.h). One that is
// sent is checked in any case.
enum class PersonPolicy {
  kUnstated,  // Not a policy: such a rule is refused.
  kSystem,    // None: an agency's system may call by itself.
  kPerson,    // One, if the directory names an issuer for the agency's practitioners.
  kFresh,     // One in any case, strongly authenticated a moment ago (RFC 9470).
};

struct MethodRule {
  std::string method;  // "/concordat.v1.Police/NotifyIncident".
  AuthPolicy policy;
  std::vector<v1::Role>
      roles;  // Which roles may call; of the end caller behind a role service. Never empty.
  PersonPolicy person = PersonPolicy::kUnstated;
};

// Immutable; thread-safe.
class AuthPolicyTable {
 public:
  // The table for `services` (full names, "concordat.v1.Police") out of `rules`. The methods are
  // walked in the generated descriptors, so a new RPC cannot be forgotten. FAILED_PRECONDITION: a
  // method of a served service has no rule, a rule names a method that does not exist, a method has
  // two rules, a rule has no roles or says nothing of persons or is kAuditor with another role than
  // AUDITOR, or a served service does not exist.
  static absl::StatusOr<AuthPolicyTable> Create(absl::Span<const std::string_view> services,
                                                const std::vector<MethodRule>& rules);

  // The same with ConcordatRules().
  static absl::StatusOr<AuthPolicyTable> ForServices(absl::Span<const std::string_view> services);

  // Null for a method that is not served.
  const MethodRule* Find(std::string_view method) const;

 private:
  explicit AuthPolicyTable(absl::flat_hash_map<std::string, MethodRule> rules);
  absl::flat_hash_map<std::string, MethodRule> rules_;
};

// The rules of every RPC of Ledger, Governance, Police, Social, Marac and Victim.
const std::vector<MethodRule>& ConcordatRules();

// Whether a role service of `service_role` may state an end caller of `end_caller_role`: police for
// police, social care for social care, a victim service for victim services, MARAC for every role
// that takes part in cases. So a broken-into victim service cannot append in the name of the
// police.
bool MayActFor(v1::Role service_role, v1::Role end_caller_role);

// "POLICE or MARAC_COORDINATOR", for refusals.
std::string RoleNames(const std::vector<v1::Role>& roles);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_AUTH_POLICY_H_
