// Takes one event into the log: exactly once per key, placed in its cases, sealed, indexed, with
// the alerts it raises. All of it is one entry of one synced batch (R3): after a crash either
// everything is there or nothing is, and no number of entries tells what the log knew before.
#ifndef CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_
#define CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "auth/policy.h"
#include "auth/trust.h"
#include "base/log_types.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/common/caller.h"
#include "services/ledger/case_placement.h"
#include "services/ledger/case_seals.h"
#include "services/ledger/staff_register.h"
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
  std::vector<std::string> case_ids;  // Those that are there for the sender.
  // The event is of a kind that alerts. It says nothing of whether anybody was: that would show who
  // is known.
  bool may_alert = false;
};

class EventAppender {
 public:
  // All must outlive it. Thread-safe.
  EventAppender(const storage::Vault* vault, const auth::Trust* trust,
                const auth::PolicyEngine* policy, const StaffRegister* staff, AppendOptions options)
      : vault_(vault),
        trust_(trust),
        policy_(policy),
        staff_(staff),
        options_(std::move(options)) {}

  // Everything about one push that needs no transaction: digests, blinded identifiers, who joins by
  // a referral.
  struct Prepared {
    v1::PushRequest push;
    v1::LogEntry begun;  // What every entry of this push begins with.
    std::string method;
    bool may_join = false;
    bool own_only = false;
    std::string key, series_key, corrected_key, content_digest;
    std::vector<v1::PersonTokens> tokens;
    std::vector<std::string> joining_parties;
  };
  // INVALID_ARGUMENT (errors::InvitedAgencyUnknown). `push` has been validated.
  absl::StatusOr<Prepared> Prepare(const Caller& caller, v1::PushRequest push) const;

  // Of the directory; suspended ones are not among them.
  IsVictimService VictimServices() const;

  // Runs on the log's writer. An error rolls the operation back; a refusal that is itself an entry
  // comes in the outcome.
  absl::Status Apply(const Prepared& prepared, storage::Transaction& transaction,
                     AppendOutcome* outcome) const;

 private:
  std::string Key(const std::string& agency, const v1::CaseEvent& event, std::string_view reference,
                  uint32_t revision) const;
  // The events that one takes the place of, and whether a later revision is here already.
  struct Earlier {
    std::vector<v1::IdempotencyRecord> replaced;
    std::optional<LeafIndex> superseded_by;
  };
  absl::StatusOr<Earlier> FindEarlier(const Prepared& prepared,
                                      const storage::Reader& reader) const;
  absl::Status Seal(const Prepared& prepared, const Placement& placement, LeafIndex index,
                    storage::Writer& writer, v1::LogEntry::Collected* collected) const;
  absl::Status RaiseAlerts(const Prepared& prepared, const Placement& placement,
                           v1::Severity severity, absl::Time now, AlertNumbers* numbers,
                           v1::LogEntry::Collected* collected) const;
  // The cases that the event is in or that its seals reach, as they are left, by their id.
  absl::StatusOr<std::map<std::string, v1::CaseRecord>> SpreadSeals(
      const storage::Transaction& transaction, const Placement& placement, AlertNumbers* numbers,
      v1::LogEntry::Collected* collected) const;
  std::vector<std::string> AlertedIn(const v1::CaseRecord& record, const std::string& sender,
                                     const std::vector<std::string>& local_authorities) const;

  const storage::Vault* vault_;
  const auth::Trust* trust_;
  const auth::PolicyEngine* policy_;
  const StaffRegister* staff_;
  const AppendOptions options_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_EVENT_APPENDER_H_
