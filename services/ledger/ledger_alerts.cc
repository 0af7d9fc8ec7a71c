// The alert half of the Ledger.
#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/ledger/disclosure.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "storage/alert_store.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {
namespace {

v1::Alert AlertOf(const v1::AlertRecord& record) {
  v1::Alert alert;
  alert.set_sequence(record.sequence());
  alert.set_case_id(record.case_id());
  alert.set_severity(record.severity());
  *alert.mutable_raised_at() = record.raised_at();
  *alert.mutable_acknowledge_by() = record.acknowledge_by();
  return alert;
}

// The alerts after `after` with what the caller may see of each event; one that is no longer the
// caller's case says only that there was an alert: it is never silently dropped.
absl::StatusOr<AlertBatch> Gather(const storage::Reader& reader, const ReleaseView& release,
                                  const Caller& caller, uint64_t after,
                                  v1::LogEntry::Disclosed* disclosed) {
  const std::string& agency = caller.agency.id();
  AlertBatch batch;
  batch.read_through = after;
  CONCORDAT_ASSIGN_OR_RETURN(const storage::AlertCounts counts, storage::Counts(reader, agency));
  batch.counts.set_last_sequence(counts.last_sequence);
  batch.counts.set_unacknowledged(counts.unacknowledged);
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::AlertRecord> records,
                             storage::ListUnacknowledged(reader, agency, after, kAlertPageMax));
  for (const v1::AlertRecord& record : records) {
    batch.read_through = record.sequence();
    v1::Alert alert = AlertOf(record);
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord case_record,
                               storage::GetCase(reader, record.case_id()));
    if (storage::IsParty(case_record, agency)) {
      CONCORDAT_ASSIGN_OR_RETURN(
          std::optional<ReleasedView> view,
          release.Of(reader, case_record, caller.view, LeafIndex{record.event_index()}));
      if (view.has_value()) {
        AddRecord(*view, disclosed);
        *alert.mutable_event() = std::move(view->event);
      }
    } else {
      alert.clear_case_id();
    }
    batch.alerts.push_back(std::move(alert));
  }
  return batch;
}

// What is released, as for a page: the events of these alerts, in order, and nothing else.
v1::CasePage EventsOf(const AlertBatch& batch) {
  v1::CasePage events_only;
  for (const v1::Alert& alert : batch.alerts) *events_only.add_events() = alert.event();
  return events_only;
}

}  // namespace

void Ledger::ReadAlerts(const Caller& caller, v1::Purpose purpose, uint64_t after,
                        Done<AlertBatch> done) {
  const absl::Status allowed = CheckPurpose(caller, purpose);
  if (!allowed.ok()) return Refuse(caller, purpose, "", "purpose", allowed, std::move(done));
  v1::LogEntry entry = Begin(caller, purpose, v1::DISCLOSURE);
  v1::LogEntry::Disclosed& disclosed = *entry.mutable_disclosed();
  const storage::AuditLog::View view = log_->ViewOfHead();
  absl::StatusOr<AlertBatch> gathered = Gather(*view.reader, view_, caller, after, &disclosed);
  if (!gathered.ok() || gathered->alerts.empty()) return done(std::move(gathered));

  auto batch = std::make_shared<AlertBatch>(*std::move(gathered));
  for (const v1::Alert& alert : batch->alerts) entry.add_case_ids(alert.case_id());
  Complete(caller, view.size.value, EventsOf(*batch), &disclosed);
  disclosed.mutable_alerts_read()->set_after(after);
  Record(std::move(entry), [batch, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    for (v1::Alert& alert : batch->alerts) alert.set_disclosure_index(index->value);
    done(std::move(*batch));
  });
}

void Ledger::AcknowledgeAlerts(const Caller& caller, const v1::AcknowledgeAlertsRequest& request,
                               Done<v1::AcknowledgeAlertsResponse> done) {
  const absl::Status allowed = CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(caller, request.purpose(), "", "purpose", allowed, std::move(done));
  }
  auto response = std::make_shared<v1::AcknowledgeAlertsResponse>();
  log_->Submit(
      [begun = Begin(caller, request.purpose(), v1::ALERT_ACKNOWLEDGED), request,
       response](storage::Transaction& transaction) {
        v1::LogEntry entry = begun;
        const std::string& agency = begun.actor().agency();
        v1::LogEntry::AlertsAcknowledged& detail = *entry.mutable_alerts_acknowledged();
        for (int i = 0; i < request.sequences_size(); ++i) {
          const uint64_t sequence = request.sequences(i);
          absl::StatusOr<v1::AlertRecord> alert = storage::GetAlert(transaction, agency, sequence);
          if (absl::IsNotFound(alert.status())) return errors::AlertNotFound(i);
          CONCORDAT_RETURN_IF_ERROR(alert.status());
          detail.add_sequences(sequence);
          if (transaction.now() > ToTime(alert->acknowledge_by())) detail.set_late(true);
          response->add_acknowledged(sequence);
        }
        transaction.AppendEntry(std::move(entry));
        CONCORDAT_ASSIGN_OR_RETURN(const storage::AlertCounts counts,
                                   storage::Counts(transaction, agency));
        response->set_unacknowledged(counts.unacknowledged);
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
