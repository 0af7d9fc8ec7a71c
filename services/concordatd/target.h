// What one concordatd process serves.
#ifndef CONCORDAT_SERVICES_CONCORDATD_TARGET_H_
#define CONCORDAT_SERVICES_CONCORDATD_TARGET_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services {

enum class Target { kAll, kLedger, kPolice, kSocial, kMarac, kVictim, kWitness };

// "all", "ledger", "police", "social", "marac", "victim" or "witness". INVALID_ARGUMENT for
// anything else.
absl::StatusOr<Target> ParseTarget(std::string_view name);
std::string_view TargetName(Target target);

// Whether this process holds the log.
bool ServesLedger(Target target);

// The role services in this process; all four for kAll, none for kLedger and kWitness.
std::vector<Target> RoleServicesOf(Target target);

// Full names of the gRPC services on the listening port.
std::vector<std::string_view> GrpcServicesOf(Target target);

// The agency under which Concordat's own process stands in the directory: "svc-ledger" for kLedger
// and kAll, "svc-police" and so on for a role service. Empty for kWitness: any agency may run one.
std::string_view OwnAgencyOf(Target target);

// The roles that the own agency of a role service may have; empty for the others, whose certificate
// entitles to nothing.
std::vector<v1::Role> OwnRolesOf(Target target);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_TARGET_H_
