#include "services/ledger/own_case.h"

#include "services/ledger/errors.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {

absl::StatusOr<v1::CaseRecord> OwnCase(const storage::Reader& reader, const std::string& case_id,
                                       const std::string& agency) {
  absl::StatusOr<v1::CaseRecord> record = storage::GetCase(reader, case_id);
  if (absl::IsNotFound(record.status())) return errors::CaseNotFound();
  if (record.ok() && !storage::IsThereFor(*record, agency)) return errors::CaseNotFound();
  return record;
}

}  // namespace concordat::services
