// Which pushes the log already holds: what makes a retried push take effect exactly once (R3).
#ifndef CONCORDAT_STORAGE_IDEMPOTENCY_STORE_H_
#define CONCORDAT_STORAGE_IDEMPOTENCY_STORE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// By the blinded digest of (agency, source system, source reference, revision). NOT_FOUND when
// never pushed; DATA_LOSS when the stored record does not parse. The size of its batch is
// AuditLog::BatchEnd(leaf_index): not known when it is written.
absl::StatusOr<v1::IdempotencyRecord> GetIdempotencyRecord(const Reader& reader,
                                                           std::string_view key_digest);
void PutIdempotencyRecord(Writer& writer, std::string_view key_digest,
                          const v1::IdempotencyRecord& record);

// The highest revision pushed under one (agency, source system, source reference), by the digest of
// those three. NOT_FOUND when none was. Put replaces; the caller keeps the highest.
struct LatestRevision {
  uint32_t revision;
  LeafIndex index;
};
absl::StatusOr<LatestRevision> GetLatestRevision(const Reader& reader,
                                                 std::string_view digest_without_revision);
void PutLatestRevision(Writer& writer, std::string_view digest_without_revision,
                       LatestRevision latest);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_IDEMPOTENCY_STORE_H_
