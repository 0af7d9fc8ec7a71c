// The release policy that a ledger is to decide by, with the approvals that its configuration asks
// for.
#ifndef CONCORDAT_SERVICES_LEDGER_APPROVED_POLICY_H_
#define CONCORDAT_SERVICES_LEDGER_APPROVED_POLICY_H_

#include <string>

#include "absl/status/statusor.h"
#include "auth/directory.h"
#include "auth/policy.h"
#include "concordat/v1/config.pb.h"

namespace concordat::services {

struct ApprovedPolicy {
  auth::PolicyEngine policy;
  std::string approvals;  // The signed note (auth/policy_approval.h); empty: none is asked for.
};

// INVALID_ARGUMENT, naming the field: a policy that does not load; policy_approvals_required
// without policy_approvals_file, or the other way round; approvals of something else, or of fewer
// agencies of the directory than required, which are named.
absl::StatusOr<ApprovedPolicy> LoadApprovedPolicy(const v1::LedgerConfig& config,
                                                  const auth::Directory& directory);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_APPROVED_POLICY_H_
