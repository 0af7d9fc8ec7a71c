// All derived state as the fold of the log (R5): one entry at a time, in log order, from the
// entry's bytes and what it seals alone. The same code writes it when an entry is appended and when
// it is derived again, so both give the same bytes.
#ifndef CONCORDAT_STORAGE_PROJECTION_H_
#define CONCORDAT_STORAGE_PROJECTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/vault.h"
#include "storage/writer.h"

namespace concordat::storage {

// Sealed identifiers stand after the event's own parts.
uint32_t TokenPartNumber(const v1::LogEntry::Collected& collected, int position);

// Cases with their events, persons and holds; idempotency keys; alerts; notices; readings;
// policies; confirmations; erasures, which also destroy the keys they name with what was sealed and
// derived under them. DATA_LOSS when the entry contradicts the state before it: that is damage, or
// another log's entry.
absl::Status Project(const Vault& vault, Writer& writer, const v1::LogEntry& entry);

// As AuditLog::Options::fold. The vault must outlive it.
Fold ProjectionFold(const Vault* vault);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_PROJECTION_H_
