#include "storage/grant_store.h"

#include <string>

#include "base/status_macros.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {

absl::StatusOr<v1::GrantRecord> GetGrant(const Reader& reader, LeafIndex index) {
  return GetStored<v1::GrantRecord>(reader, Family::kGrants, GrantKey(index), "grant");
}

void PutGrant(Writer& writer, LeafIndex index, const v1::GrantRecord& record) {
  writer.Put(Family::kGrants, GrantKey(index), record.SerializeAsString());
  writer.Put(Family::kGrants, GrantOfCaseKey(record.case_id(), index), "");
}

absl::StatusOr<std::vector<LeafIndex>> GrantsOfCase(const Reader& reader,
                                                    std::string_view case_id) {
  const std::string prefix = GrantsOfCasePrefix(case_id);
  std::vector<LeafIndex> indices;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kGrants, prefix, PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
        const absl::StatusOr<uint64_t> index = DecodeUint64(key.substr(prefix.size()));
        damage = index.status();
        if (damage.ok()) indices.push_back(LeafIndex{*index});
        return damage.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return indices;
}

}  // namespace concordat::storage
