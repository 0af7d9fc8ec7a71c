// The one way to a case that somebody asks for by its id.
#ifndef CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_
#define CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// NOT_FOUND (errors::CaseNotFound), the same for a case that does not exist, that the actor's
// agency is not party to, that is sealed against it, or that the practitioner behind the call may
// not know of (conflicts.h).
absl::StatusOr<v1::CaseRecord> OwnCase(const storage::Reader& reader, const storage::Vault& vault,
                                       const std::string& case_id, const v1::Actor& actor);

// Why that was not found, as a DENIED entry says it: "conflict" or "not-party".
std::string_view WhyNotOwn(const storage::Reader& reader, const std::string& case_id,
                           const v1::Actor& actor);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_
