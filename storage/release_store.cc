#include "storage/release_store.h"

#include "base/status_macros.h"
#include "storage/key_schema.h"

namespace concordat::storage {

absl::StatusOr<std::string> GetPolicy(const Reader& reader, std::string_view digest) {
  return reader.Get(Family::kPolicies, PolicyKey(digest));
}

void PutPolicy(Writer& writer, std::string_view digest, std::string_view policy) {
  writer.Put(Family::kPolicies, PolicyKey(digest), policy);
}

absl::StatusOr<std::optional<LeafIndex>> ConfirmationOf(const Reader& reader,
                                                        LeafIndex disclosure) {
  const absl::StatusOr<std::string> stored =
      reader.Get(Family::kConfirmations, ConfirmationKey(disclosure));
  if (absl::IsNotFound(stored.status())) return std::optional<LeafIndex>();
  CONCORDAT_RETURN_IF_ERROR(stored.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t index, DecodeUint64(*stored));
  return std::optional<LeafIndex>(LeafIndex{index});
}

void PutConfirmation(Writer& writer, LeafIndex disclosure, LeafIndex confirmation) {
  if (!absl::IsNotFound(writer.Get(Family::kConfirmations, ConfirmationKey(disclosure)).status())) {
    return;
  }
  writer.Put(Family::kConfirmations, ConfirmationKey(disclosure), EncodeUint64(confirmation.value));
}

}  // namespace concordat::storage
