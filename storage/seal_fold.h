// Seals in the log, folded into the cases and alerts that they reach.
#ifndef CONCORDAT_STORAGE_SEAL_FOLD_H_
#define CONCORDAT_STORAGE_SEAL_FOLD_H_

#include "absl/status/status.h"
#include "concordat/v1/log.pb.h"
#include "storage/writer.h"

namespace concordat::storage {

// One spread: the case has the seal and its new parties, the origin knows where it went (where the
// origin is there: a fold of some cases alone may lack it). NOT_FOUND when the case is not there.
absl::Status SpreadSeal(Writer& writer, const v1::LogEntry::SealSpread& spread);

// The alerts that a spread takes from one agency and raises at others. NOT_FOUND for an alert that
// is not there; DATA_LOSS when a sequence is not the agency's next.
absl::Status MoveAlerts(Writer& writer, const v1::LogEntry& entry,
                        const v1::LogEntry::SealSpread& spread);

// All of an event's, after its alerts; all of a CASE_SEALED entry.
absl::Status ProjectSpread(Writer& writer, const v1::LogEntry& entry);
absl::Status ProjectCaseSealed(Writer& writer, const v1::LogEntry& entry);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_SEAL_FOLD_H_
