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

// Which cases may be one's own.
enum class Reach {
  kParty,
  // Behind broken glass, others' too: neither one that is some agency's own, nor an erased one.
  kAnyCase,
};

// NOT_FOUND (errors::CaseNotFound), the same for a case that does not exist, that the actor's
// agency is not party to, that is sealed against it, or that the practitioner behind the call may
// not know of (conflicts.h). Neither a seal nor a conflict gives way to broken glass.
absl::StatusOr<v1::CaseRecord> OwnCase(const storage::Reader& reader, const storage::Vault& vault,
                                       const std::string& case_id, const v1::Actor& actor,
                                       Reach reach = Reach::kParty);

// Why that was not found, as a DENIED entry says it: kInConflict or "not-party".
inline constexpr std::string_view kInConflict = "conflict";
std::string_view WhyNotOwn(const storage::Reader& reader, const std::string& case_id,
                           const v1::Actor& actor);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_OWN_CASE_H_
