#include "services/ledger/own_case.h"

#include "base/status_macros.h"
#include "services/ledger/conflicts.h"
#include "services/ledger/errors.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {

absl::StatusOr<v1::CaseRecord> OwnCase(const storage::Reader& reader, const storage::Vault& vault,
                                       const std::string& case_id, const v1::Actor& actor,
                                       Reach reach) {
  CONCORDAT_ASSIGN_OR_RETURN(const Conflicts conflicts, Conflicts::Of(reader, vault, actor));
  absl::StatusOr<v1::CaseRecord> record = storage::GetCase(reader, case_id);
  if (absl::IsNotFound(record.status())) return errors::CaseNotFound();
  CONCORDAT_RETURN_IF_ERROR(record.status());
  const bool in_reach = reach == Reach::kAnyCase && record->own_of().empty() && !record->erased() &&
                        !storage::IsSealedAgainst(*record, actor.agency());
  const bool there = in_reach || storage::IsThereFor(*record, actor.agency());
  // Compared in any case: how long the answer takes must not tell one reason from another.
  const bool in_conflict = conflicts.With(vault, *record);
  if (!there || in_conflict) return errors::CaseNotFound();
  return record;
}

std::string_view WhyNotOwn(const storage::Reader& reader, const std::string& case_id,
                           const v1::Actor& actor) {
  const absl::StatusOr<v1::CaseRecord> record = storage::GetCase(reader, case_id);
  return record.ok() && storage::IsThereFor(*record, actor.agency()) ? kInConflict : "not-party";
}

}  // namespace concordat::services
