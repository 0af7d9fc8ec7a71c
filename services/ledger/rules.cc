#include "services/ledger/rules.h"

#include <string>
#include <utility>

#include "crypto/sha256.h"
#include "services/ledger/errors.h"
#include "services/ledger/log_entries.h"

namespace concordat::services {

Rules::Rules(auth::PolicyEngine policy, const storage::Vault* vault, const auth::Trust* trust,
             const AppendOptions& options, const StaffRegister* staff,
             ReleaseView::ReadEntry read_entry)
    : policy_(std::move(policy)),
      view_(vault, &policy_, std::move(read_entry)),
      reader_(vault, &policy_, &view_),
      appender_(vault, trust, &policy_, staff, options) {}

absl::Status Rules::CheckPurpose(const Caller& caller, v1::Purpose purpose) const {
  if (policy_.AllowsPurpose(caller.agency.role(), purpose)) return absl::OkStatus();
  return errors::PurposeNotAllowed(purpose, v1::Role_Name(caller.agency.role()));
}

v1::LogEntry Rules::Begin(const Caller& caller, v1::Purpose purpose,
                          v1::Operation operation) const {
  return EntryFor(caller, purpose, operation, policy_);
}

v1::LogEntry Rules::Own() const {
  v1::LogEntry entry;
  entry.set_policy_digest(std::string(crypto::AsBytes(policy_.digest())));
  return entry;
}

}  // namespace concordat::services
