// The alert half of the Ledger.
#include <memory>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "storage/alert_store.h"
#include "storage/case_store.h"

namespace concordat::services {

void Ledger::ReadAlerts(const Caller& caller, v1::Purpose purpose, uint64_t after, bool woken,
                        Done<AlertBatch> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, purpose);
  if (!allowed.ok()) return Refuse(rules, caller, purpose, "", "purpose", allowed, std::move(done));
  v1::LogEntry entry = rules.Begin(caller, purpose, v1::DISCLOSURE);
  v1::LogEntry::Disclosed& disclosed = *entry.mutable_disclosed();
  const storage::AuditLog::View view = log_->ViewOfHead();
  const Reading reading{caller.view, caller.agency.id(), purpose, DecisionTime()};
  const absl::StatusOr<Conflicts> conflicts = Conflicts::Of(*view.reader, *vault_, entry.actor());
  if (!conflicts.ok()) return done(conflicts.status());
  const absl::StatusOr<std::set<uint64_t>> left_out =
      AlertsToLeaveOut(*view.reader, *vault_, caller.agency.id(), *conflicts);
  if (!left_out.ok()) return done(left_out.status());
  absl::StatusOr<AlertBatch> gathered =
      GatherAlerts(*view.reader, rules.view(), reading, after, *left_out, &disclosed);
  if (!gathered.ok() || (gathered->alerts.empty() && !woken)) return done(std::move(gathered));

  auto batch = std::make_shared<AlertBatch>(*std::move(gathered));
  std::vector<std::string> record_cases;
  for (const v1::Alert& alert : batch->alerts) {
    if (!alert.case_id().empty()) entry.add_case_ids(alert.case_id());
    if (alert.has_event()) record_cases.push_back(alert.case_id());
  }
  Complete(caller, view.size.value, reading.decided_at, EventsOf(*batch), &disclosed);
  disclosed.mutable_alerts_read()->set_after(after);
  disclosed.mutable_alerts_read()->mutable_left_out()->Assign(left_out->begin(), left_out->end());
  disclosed.mutable_alerts_read()->set_alerts(static_cast<uint32_t>(batch->alerts.size()));
  RecordRelease(rules, std::move(entry), std::move(record_cases),
                [batch, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
                  if (!index.ok()) return done(index.status());
                  for (v1::Alert& alert : batch->alerts) {
                    alert.set_disclosure_index(index->value);
                  }
                  done(std::move(*batch));
                });
}

void Ledger::AcknowledgeAlerts(const Caller& caller, const v1::AcknowledgeAlertsRequest& request,
                               Done<v1::AcknowledgeAlertsResponse> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), "", "purpose", allowed, std::move(done));
  }
  auto response = std::make_shared<v1::AcknowledgeAlertsResponse>();
  log_->Submit(
      [this, begun = rules.Begin(caller, request.purpose(), v1::ALERT_ACKNOWLEDGED), request,
       response](storage::Transaction& transaction) {
        v1::LogEntry entry = begun;
        const std::string& agency = begun.actor().agency();
        CONCORDAT_ASSIGN_OR_RETURN(const Conflicts conflicts,
                                   Conflicts::Of(transaction, *vault_, begun.actor()));
        v1::LogEntry::AlertsAcknowledged& detail = *entry.mutable_alerts_acknowledged();
        for (int i = 0; i < request.sequences_size(); ++i) {
          const uint64_t sequence = request.sequences(i);
          absl::StatusOr<v1::AlertRecord> alert = storage::GetAlert(transaction, agency, sequence);
          if (absl::IsNotFound(alert.status())) return errors::AlertNotFound(i);
          CONCORDAT_RETURN_IF_ERROR(alert.status());
          CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                                     storage::GetCase(transaction, alert->case_id()));
          // Nobody makes an alert go away that they must not see.
          if (conflicts.With(*vault_, record)) return errors::AlertNotFound(i);
          detail.add_sequences(sequence);
          if (transaction.now() > ToTime(alert->acknowledge_by())) detail.set_late(true);
          response->add_acknowledged(sequence);
        }
        transaction.AppendEntry(std::move(entry));
        CONCORDAT_ASSIGN_OR_RETURN(const storage::AlertCounts counts,
                                   storage::Counts(transaction, agency));
        CONCORDAT_ASSIGN_OR_RETURN(const std::set<uint64_t> left_out,
                                   AlertsToLeaveOut(transaction, *vault_, agency, conflicts));
        response->set_unacknowledged(counts.unacknowledged - left_out.size());
        return absl::OkStatus();
      },
      [this, response,
       done = std::move(done)](absl::StatusOr<storage::AuditLog::Committed> committed) {
        if (!committed.ok()) return done(committed.status());
        absl::StatusOr<v1::Receipt> receipt = ReceiptFor(committed->first);
        if (!receipt.ok()) return done(receipt.status());
        *response->mutable_receipt() = *std::move(receipt);
        done(std::move(*response));
      });
}

}  // namespace concordat::services
