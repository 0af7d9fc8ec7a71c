// A case's state is the fold of its changes in log order (R5). Pure.
#ifndef CONCORDAT_SERVICES_LEDGER_CASE_FOLD_H_
#define CONCORDAT_SERVICES_LEDGER_CASE_FOLD_H_

#include <string_view>

#include "concordat/v1/log.pb.h"

namespace concordat::services {

// Applies one change: parties join once, persons are added or replaced by subject id, flags are
// cleared, then set.
void ApplyChange(const v1::CaseChange& change, v1::CaseRecord* record);

bool IsParty(const v1::CaseRecord& record, std::string_view agency);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CASE_FOLD_H_
