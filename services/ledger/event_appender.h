// Takes one event into the log: exactly once per key, placed in its cases, sealed, indexed, with
// the alerts it raises. All of it is one operation of one synced batch (R3): after a crash either
// everything is there or nothing is.
#ifndef CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_
#define CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "auth/directory.h"
#include "base/log_types.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "services/ledger/case_placement.h"
#include "storage/transaction.h"
#include "storage/vault.h"

namespace concordat::services {

struct AppendOptions {
  std::string police_force_area;
  absl::Duration urgent_acknowledge;
};

// What the appending of one event came to. Valid once its batch is durable.
struct AppendOutcome {
  absl::Status refused;  // Not OK: nothing was taken; a refusal that must be recorded was.
  LeafIndex index{0};    // Of the event, or of the first time for a retry.
  std::vector<std::string> case_ids;  // Those the sender is party to.
  std::vector<std::string> alerted;   // Agencies with a new alert.
};

class EventAppender {
 public:
  // All must outlive it. Thread-safe.
  EventAppender(const storage::Vault* vault, const auth::Directory* directory,
                AppendOptions options)
      : vault_(vault), directory_(directory), options_(std::move(options)) {}

  // Everything about one push that needs no transaction: digests, blinded identifiers, who joins by
  // a referral.
  struct Prepared {
    v1::PushRequest push;
    v1::Actor actor;
    v1::Role role;
    bool may_join = false;
    std::string key, series_key, corrected_key, content_digest;
    std::vector<PersonTokens> tokens;
    std::vector<std::string> joining_parties;
  };
  // INVALID_ARGUMENT (errors::InvitedAgencyUnknown). `push` has been validated.
  absl::StatusOr<Prepared> Prepare(const Caller& caller, v1::PushRequest push,
                                   bool faces_perpetrator) const;

  // Runs on the log's writer. An error rolls the operation back; a refusal that is itself an entry
  // comes in the outcome.
  absl::Status Apply(const Prepared& prepared, std::string_view policy_digest,
                     storage::Transaction& transaction, AppendOutcome* outcome) const;

 private:
  std::string Key(const std::string& agency, const v1::CaseEvent& event, std::string_view reference,
                  uint32_t revision) const;
  absl::Status RaiseAlerts(const Prepared& prepared, const Placement& placement, LeafIndex event,
                           storage::Transaction& transaction, AppendOutcome* outcome) const;
  std::vector<std::string> AlertedIn(const v1::CaseRecord& record, const std::string& sender,
                                     const std::vector<std::string>& local_authorities) const;

  const storage::Vault* vault_;
  const auth::Directory* directory_;
  const AppendOptions options_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_
