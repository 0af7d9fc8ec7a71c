#include "services/ledger/approved_policy.h"

#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "auth/policy_approval.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::services {

absl::StatusOr<ApprovedPolicy> LoadApprovedPolicy(const v1::LedgerConfig& config,
                                                  const auth::Directory& directory) {
  CONCORDAT_ASSIGN_OR_RETURN(auth::PolicyEngine policy,
                             auth::PolicyEngine::Load(config.policy_file()));
  ApprovedPolicy loaded{std::move(policy), ""};
  const uint32_t required = config.policy_approvals_required();
  if ((required > 0) == config.policy_approvals_file().empty()) {
    return FieldError(
        "ledger.policy_approvals_file", required > 0 ? "nothing" : "a file",
        StrCat(required > 0 ? "one" : "none", " where policy_approvals_required is ", required));
  }
  if (required == 0) return loaded;
  CONCORDAT_ASSIGN_OR_RETURN(loaded.approvals, ReadFile(config.policy_approvals_file()));
  const absl::StatusOr<std::vector<std::string>> agencies =
      auth::ApprovedBy(loaded.approvals, config.log_origin(), loaded.policy, directory);
  if (!agencies.ok()) {
    return absl::InvalidArgumentError(
        StrCat("ledger.policy_approvals_file: ", ToStd(agencies.status().message())));
  }
  if (agencies->size() < required) {
    return FieldError("ledger.policy_approvals_file",
                      StrCat(agencies->size(), " agencies' approval of ", loaded.policy.version(),
                             " (", absl::StrJoin(*agencies, ", "), ")"),
                      StrCat("that of ", required));
  }
  return loaded;
}

}  // namespace concordat::services
