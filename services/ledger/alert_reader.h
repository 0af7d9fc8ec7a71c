// The alerts of one agency as one caller may see them, ready to be recorded and then released.
#ifndef CONCORDAT_SERVICES_LEDGER_ALERT_READER_H_
#define CONCORDAT_SERVICES_LEDGER_ALERT_READER_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/conflicts.h"
#include "services/ledger/release_view.h"
#include "storage/reader.h"

namespace concordat::services {

// Alerts that may be shown, and the counts by which a reader notices a gap.
struct AlertBatch {
  std::vector<v1::Alert> alerts;  // In sequence order; empty when caught up.
  uint64_t read_through = 0;      // Go on from here: at or above the last alert's sequence.
  v1::Heartbeat counts;
};

// Which unacknowledged alerts of the agency this practitioner must not know of. Reads all of them
// where the practitioner has connections.
absl::StatusOr<std::set<uint64_t>> AlertsToLeaveOut(const storage::Reader& reader,
                                                    const storage::Vault& vault,
                                                    const std::string& agency,
                                                    const Conflicts& conflicts);

// At most kAlertPageMax unacknowledged alerts of the reader's agency after `after`, with what the
// reader may see of each event, which is added to `disclosed`; one that is no longer the reader's
// case says only that there was an alert: it is never silently dropped. Those of
// `left_out` are neither there nor counted.
absl::StatusOr<AlertBatch> GatherAlerts(const storage::Reader& reader, const ReleaseView& release,
                                        const Reading& reading, uint64_t after,
                                        const std::set<uint64_t>& left_out,
                                        v1::LogEntry::Disclosed* disclosed);

// What is released, as for a page: the events of these alerts, in order, and nothing else.
v1::CasePage EventsOf(const AlertBatch& batch);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_ALERT_READER_H_
