// What a release can be shown again by: the policies that were in force, and the recipients'
// confirmations.
#ifndef CONCORDAT_STORAGE_RELEASE_STORE_H_
#define CONCORDAT_STORAGE_RELEASE_STORE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// The serialised ReleasePolicy of this digest; NOT_FOUND when it was never in force.
absl::StatusOr<std::string> GetPolicy(const Reader& reader, std::string_view digest);
void PutPolicy(Writer& writer, std::string_view digest, std::string_view policy);

// The entry that confirms the disclosure; nullopt when there is none yet. The first one stays.
absl::StatusOr<std::optional<LeafIndex>> ConfirmationOf(const Reader& reader, LeafIndex disclosure);
void PutConfirmation(Writer& writer, LeafIndex disclosure, LeafIndex confirmation);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_RELEASE_STORE_H_
