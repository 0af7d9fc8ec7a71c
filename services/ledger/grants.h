// A practitioner's grant for one case, as a reading by it is checked (docs/decisions/0010).
#ifndef CONCORDAT_SERVICES_LEDGER_GRANTS_H_
#define CONCORDAT_SERVICES_LEDGER_GRANTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/own_case.h"
#include "storage/reader.h"

namespace concordat::services {

// How long one holds, how soon broken glass is to be reviewed, and how long the second person has.
inline constexpr absl::Duration kGrantHolds = absl::Hours(1);
inline constexpr absl::Duration kReviewWithin = absl::Hours(24);
inline constexpr absl::Duration kApproveWithin = absl::Hours(24);

// What a grant lets its reading do. Without a grant: nothing more.
struct GrantedReading {
  uint64_t grant_index = 0;
  v1::GrantKind kind = v1::GRANT_KIND_UNSPECIFIED;
  Reach reach = Reach::kParty;
};
// As an AccessGranted entry has it.
GrantedReading ReadingBy(uint64_t grant_index, const v1::LogEntry::AccessGranted& grant);

// NOT_FOUND (errors::GrantNotFound), one text for a grant that is not there, not this
// practitioner's and agency's, of another case, or past its end at `now`: it says nothing of the
// case.
absl::StatusOr<GrantedReading> FindGrant(const storage::Reader& reader, uint64_t grant_index,
                                         const std::string& case_id, const v1::Actor& actor,
                                         absl::Time now);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_GRANTS_H_
