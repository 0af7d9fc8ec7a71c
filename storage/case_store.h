// Cases as the fold of the log leaves them: their records, their events in order, who is in them,
// what is superseded. All of it is derived from log entries and is written in the same batch.
// Thread-safe as the Reader is.
#ifndef CONCORDAT_STORAGE_CASE_STORE_H_
#define CONCORDAT_STORAGE_CASE_STORE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// NOT_FOUND when there is no such case; DATA_LOSS when the stored record does not parse.
absl::StatusOr<v1::CaseRecord> GetCase(const Reader& reader, std::string_view case_id);
// Under record.case_id(), replacing what was there.
void PutCase(Writer& writer, const v1::CaseRecord& record);

struct CaseEventRef {
  absl::Time occurred_at;
  LeafIndex index;
};

void AddCaseEvent(Writer& writer, std::string_view case_id, absl::Time occurred_at,
                  LeafIndex index);

// Ordered by (occurred_at, index); at most `limit`, those after `after` (null: from the first).
// Empty for a case without events or that does not exist.
absl::StatusOr<std::vector<CaseEventRef>> ListCaseEvents(const Reader& reader,
                                                         std::string_view case_id,
                                                         const CaseEventRef* after, size_t limit);

// Blinded person tokens (Vault::Blind) and the cases in which they occur, each once, ordered by
// case id. Empty when none.
void AddPersonToken(Writer& writer, std::string_view token, std::string_view case_id);
void RemovePersonToken(Writer& writer, std::string_view token, std::string_view case_id);
absl::StatusOr<std::vector<std::string>> CasesOfToken(const Reader& reader, std::string_view token);

// The entry at `index` is replaced by the one at `by`; a later mark replaces an earlier one.
void MarkSuperseded(Writer& writer, LeafIndex index, LeafIndex by);
absl::StatusOr<bool> IsSuperseded(const Reader& reader, LeafIndex index);
// By which; nullopt when it is not superseded.
absl::StatusOr<std::optional<LeafIndex>> SupersededBy(const Reader& reader, LeafIndex index);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_CASE_STORE_H_
