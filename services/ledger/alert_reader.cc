#include "services/ledger/alert_reader.h"

#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "services/ledger/disclosure.h"
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

}  // namespace

absl::StatusOr<std::set<uint64_t>> AlertsToLeaveOut(const storage::Reader& reader,
                                                    const storage::Vault& vault,
                                                    const std::string& agency,
                                                    const Conflicts& conflicts) {
  std::set<uint64_t> left_out;
  uint64_t after = 0;
  for (bool more = conflicts.any(); more;) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::AlertRecord> records,
                               storage::ListUnacknowledged(reader, agency, after, kAlertPageMax));
    more = records.size() == kAlertPageMax;
    for (const v1::AlertRecord& record : records) {
      after = record.sequence();
      CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord case_record,
                                 storage::GetCase(reader, record.case_id()));
      if (conflicts.With(vault, case_record)) left_out.insert(record.sequence());
    }
  }
  return left_out;
}

absl::StatusOr<AlertBatch> GatherAlerts(const storage::Reader& reader, const ReleaseView& release,
                                        const Reading& reading, uint64_t after,
                                        const std::set<uint64_t>& left_out,
                                        v1::LogEntry::Disclosed* disclosed) {
  const std::string& agency = reading.agency;
  AlertBatch batch;
  batch.read_through = after;
  CONCORDAT_ASSIGN_OR_RETURN(const storage::AlertCounts counts, storage::Counts(reader, agency));
  batch.counts.set_last_sequence(counts.last_sequence);
  batch.counts.set_unacknowledged(counts.unacknowledged - left_out.size());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::AlertRecord> records,
                             storage::ListUnacknowledged(reader, agency, after, kAlertPageMax));
  for (const v1::AlertRecord& record : records) {
    batch.read_through = record.sequence();
    if (left_out.count(record.sequence()) > 0) continue;
    v1::Alert alert = AlertOf(record);
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord case_record,
                               storage::GetCase(reader, record.case_id()));
    if (storage::IsThereFor(case_record, agency)) {
      CONCORDAT_ASSIGN_OR_RETURN(
          std::optional<ReleasedView> view,
          release.Of(reader, case_record, reading, LeafIndex{record.event_index()}));
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

v1::CasePage EventsOf(const AlertBatch& batch) {
  v1::CasePage events_only;
  for (const v1::Alert& alert : batch.alerts) *events_only.add_events() = alert.event();
  return events_only;
}

}  // namespace concordat::services
