#include "services/ledger/grants.h"

#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/ledger/errors.h"
#include "storage/grant_store.h"

namespace concordat::services {

GrantedReading ReadingBy(uint64_t grant_index, const v1::LogEntry::AccessGranted& grant) {
  return {grant_index, grant.kind(), grant.without_party() ? Reach::kAnyCase : Reach::kParty};
}

absl::StatusOr<GrantedReading> FindGrant(const storage::Reader& reader, uint64_t grant_index,
                                         const std::string& case_id, const v1::Actor& actor,
                                         absl::Time now) {
  const absl::StatusOr<v1::GrantRecord> record = storage::GetGrant(reader, LeafIndex{grant_index});
  if (absl::IsNotFound(record.status())) return errors::GrantNotFound();
  CONCORDAT_RETURN_IF_ERROR(record.status());
  const v1::LogEntry::AccessGranted& grant = record->grant();
  const bool theirs = !actor.practitioner().empty() && grant.agency() == actor.agency() &&
                      grant.practitioner_issuer() == actor.practitioner_issuer() &&
                      grant.practitioner() == actor.practitioner();
  if (record->is_request() || !theirs || record->case_id() != case_id ||
      now >= ToTime(grant.expires_at())) {
    return errors::GrantNotFound();
  }
  return ReadingBy(grant_index, grant);
}

}  // namespace concordat::services
