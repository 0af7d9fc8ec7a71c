#include "storage/idempotency_store.h"

#include <string>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {

absl::StatusOr<v1::IdempotencyRecord> GetIdempotencyRecord(const Reader& reader,
                                                           std::string_view key_digest) {
  return GetStored<v1::IdempotencyRecord>(reader, Family::kIdempotency, IdempotencyKey(key_digest),
                                          "idempotency record");
}

void PutIdempotencyRecord(Writer& writer, std::string_view key_digest,
                          const v1::IdempotencyRecord& record) {
  writer.Put(Family::kIdempotency, IdempotencyKey(key_digest), record.SerializeAsString());
}

absl::StatusOr<LatestRevision> GetLatestRevision(const Reader& reader,
                                                 std::string_view digest_without_revision) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::string bytes,
      reader.Get(Family::kIdempotency, LatestRevisionKey(digest_without_revision)));
  const std::string_view stored = bytes;
  if (stored.size() != sizeof(uint32_t) + sizeof(uint64_t)) {
    return absl::DataLossError(
        StrCat("stored latest revision: got ", stored.size(), " bytes, want 12"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const uint32_t revision, DecodeUint32(stored.substr(0, 4)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t index, DecodeUint64(stored.substr(4)));
  return LatestRevision{revision, LeafIndex{index}};
}

void PutLatestRevision(Writer& writer, std::string_view digest_without_revision,
                       LatestRevision latest) {
  writer.Put(Family::kIdempotency, LatestRevisionKey(digest_without_revision),
             StrCat(EncodeUint32(latest.revision), EncodeUint64(latest.index.value)));
}

}  // namespace concordat::storage
