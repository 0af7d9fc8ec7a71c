// The one way to a case that somebody asks for by its id.
#ifndef CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_
#define CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"

namespace concordat::services {

// NOT_FOUND (errors::CaseNotFound), the same for a case that does not exist, that the agency
// is not party to, or that is sealed against it.
absl::StatusOr<v1::CaseRecord> OwnCase(const storage::Reader& reader, const std::string& case_id,
                                       const std::string& agency);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_
