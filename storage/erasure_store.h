// What was asked to be erased, and how far it got.
#ifndef CONCORDAT_STORAGE_ERASURE_STORE_H_
#define CONCORDAT_STORAGE_ERASURE_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// NOT_FOUND when no request has this index.
absl::StatusOr<v1::ErasureRecord> GetErasure(const Reader& reader, LeafIndex request);
void PutErasureRequest(Writer& writer, LeafIndex request, const std::string& requested_by,
                       const v1::LogEntry::ErasureRequested& details);
// DATA_LOSS when there is no such request, or it was carried out already.
absl::Status MarkErased(Writer& writer, LeafIndex request, LeafIndex erasure);
// An erasure whose request does not wait in this log: carried out again after a restore. Its record
// stands under its own index.
void PutErasedAgain(Writer& writer, LeafIndex erasure);
// DATA_LOSS when no record has this erasure.
absl::Status MarkCertified(Writer& writer, LeafIndex erasure, LeafIndex certificate);

// Carried out and not certified: a crash came in between. Ascending.
absl::StatusOr<std::vector<LeafIndex>> UncertifiedErasures(const Reader& reader);
// Carried out, ascending.
absl::StatusOr<std::vector<LeafIndex>> AllErasures(const Reader& reader);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_ERASURE_STORE_H_
