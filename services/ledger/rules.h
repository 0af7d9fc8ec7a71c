// What a ledger decides by at one time: a release policy, and all that decides by it. A call takes
// the rules once and goes on with them, so that what it was refused or given, and what its entry
// says of the policy, are of one and the same.
#ifndef CONCORDAT_SERVICES_LEDGER_RULES_H_
#define CONCORDAT_SERVICES_LEDGER_RULES_H_

#include "absl/status/status.h"
#include "auth/policy.h"
#include "auth/trust.h"
#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "services/ledger/case_reader.h"
#include "services/ledger/event_appender.h"
#include "services/ledger/release_view.h"
#include "services/ledger/staff_register.h"
#include "storage/vault.h"

namespace concordat::services {

// Immutable, thread-safe.
class Rules {
 public:
  // `vault`, `trust` and `staff` outlive it.
  Rules(auth::PolicyEngine policy, const storage::Vault* vault, const auth::Trust* trust,
        const AppendOptions& options, const StaffRegister* staff,
        ReleaseView::ReadEntry read_entry);
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  const auth::PolicyEngine& policy() const { return policy_; }
  const ReleaseView& view() const { return view_; }
  const CaseReader& reader() const { return reader_; }
  const EventAppender& appender() const { return appender_; }

  // PurposeNotAllowed (errors.h) for one that the policy does not give the caller's role.
  absl::Status CheckPurpose(const Caller& caller, v1::Purpose purpose) const;
  // What an entry of this call begins with (log_entries.h).
  v1::LogEntry Begin(const Caller& caller, v1::Purpose purpose, v1::Operation operation) const;
  // The same of the ledger's own, on nobody's behalf.
  v1::LogEntry Own() const;

 private:
  const auth::PolicyEngine policy_;
  const ReleaseView view_;
  const CaseReader reader_;
  const EventAppender appender_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_RULES_H_
