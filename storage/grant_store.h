// Grants of one case to one practitioner, and requests for them, by the index of their entry.
#ifndef CONCORDAT_STORAGE_GRANT_STORE_H_
#define CONCORDAT_STORAGE_GRANT_STORE_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/state.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// NOT_FOUND when there is none at this index.
absl::StatusOr<v1::GrantRecord> GetGrant(const Reader& reader, LeafIndex index);
// Of the record's case from here on; replaces what was there.
void PutGrant(Writer& writer, LeafIndex index, const v1::GrantRecord& record);

// Of one case, requests too, ascending.
absl::StatusOr<std::vector<LeafIndex>> GrantsOfCase(const Reader& reader, std::string_view case_id);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_GRANT_STORE_H_
