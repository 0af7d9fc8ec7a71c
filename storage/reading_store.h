// Who was given which records, and what unusual access is told by: all of it derived from
// DISCLOSURE entries and from those of events, each by itself. Thread-safe as the Reader is.
#ifndef CONCORDAT_STORAGE_READING_STORE_H_
#define CONCORDAT_STORAGE_READING_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/state.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// Writes what the entry gives and reads nothing: the same whenever, and in whatever order. A record
// counts as given where something of it was released, and to another agency than its source. A
// replay shows an auditor what was given before: it is no reading.
void ProjectReadings(Writer& writer, const v1::LogEntry& entry);

// In which case a DISCLOSURE gave its records: one each, in order. Empty where the entry does not
// say: alerts of several cases, not all of whose events could be seen.
std::vector<std::string> CasesOfRecords(const v1::LogEntry& entry);

// Of a DISCLOSURE entry, but for the case.
v1::ReadingRecord ReadingIn(const v1::LogEntry& entry);
// The records that it gave of the case and that are not the reader's own, in order.
std::vector<uint64_t> RecordsGiven(const v1::LogEntry& entry, std::string_view case_id);

// Who reads, as cases are counted by: the practitioner, or the workload where there is none.
std::string ReaderOf(const v1::Actor& actor);

// Newest first, until `visit` returns false.
absl::Status VisitReadings(
    const Reader& reader, LeafIndex record,
    absl::FunctionRef<bool(LeafIndex disclosure, const v1::ReadingRecord& reading)> visit);

struct RecordRecipient {
  std::string agency;
  std::string case_id;  // In which it was given the record; empty: see CasesOfRecords.
};
// Each once, ordered by agency.
absl::StatusOr<std::vector<RecordRecipient>> RecipientsOf(const Reader& reader, LeafIndex record);

// The disclosures that gave the agency anything of the case that is not its own, newest first, at
// most `limit`, of those older than `before` where that is not 0.
absl::StatusOr<std::vector<LeafIndex>> DisclosuresTo(const Reader& reader, std::string_view case_id,
                                                     std::string_view agency, size_t limit,
                                                     LeafIndex before = LeafIndex{0});

// The different cases, ordered, of which the reader asked for a page since `since` (to the minute);
// at most `limit`.
absl::StatusOr<std::vector<std::string>> CasesReadSince(const Reader& reader,
                                                        std::string_view agency,
                                                        std::string_view who, absl::Time since,
                                                        size_t limit);

// Whether another agency than this one recorded since `since` (to the second) an event of the case
// that says where the victim lives.
absl::StatusOr<bool> WhereaboutsToldSince(const Reader& reader, std::string_view case_id,
                                          absl::Time since, std::string_view but_by);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_READING_STORE_H_
