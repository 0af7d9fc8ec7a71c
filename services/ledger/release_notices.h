// Who is told of a release or a correction, in its own entry (docs/decisions/0011): the owners of
// what was read, the officer who watches over the reader, whoever was given what is not in force
// any more. Inside the writer's transaction, as notices.h wants it.
//
// Nobody is told of a case that is not there for it: that it is told would say that there is one.
#ifndef CONCORDAT_SERVICES_LEDGER_RELEASE_NOTICES_H_
#define CONCORDAT_SERVICES_LEDGER_RELEASE_NOTICES_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "auth/directory.h"
#include "auth/policy.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/policy.pb.h"
#include "storage/reader.h"

namespace concordat::services {

// More different cases in an hour by one reader are BULK_READING.
inline constexpr size_t kBulkCasesPerHour = 30;
inline constexpr absl::Duration kBulkSpan = absl::Hours(1);
// So long after an event that says where the victim lives a reading is AFTER_ADDRESS_CHANGE.
inline constexpr absl::Duration kAddressChangeSpan = absl::Hours(24);

struct NoticeParts {
  const storage::Reader* reader;  // The transaction, before the entry is appended.
  const auth::Directory* directory;
  const auth::PolicyEngine* policy;
  absl::Time now;
};

// RECORD_READ to each owner of what the DISCLOSURE entry gives, but the reader; and where the
// access is unusual, Disclosed.unusual with UNUSUAL_ACCESS to an officer (see OfficersOver).
// `record_cases` says of each record of the entry in which case it was read.
//  - FIRST_EVER_RECIPIENT: something of others was given, for the first time to this agency in this
//    case, which it did not open.
//  - BULK_READING: of pages, by one practitioner, or by one workload where there is none.
//  - AFTER_ADDRESS_CHANGE: of pages with something of others, where another than the reader said
//  it.
// Nobody chose to look at an alert: the last two are not asked of one.
absl::Status AddReleaseNotices(const NoticeParts& parts,
                               const std::vector<std::string>& record_cases, v1::LogEntry* entry);

// RECORD_CORRECTED to each agency that was ever given a record which the ALTERATION entry
// supersedes, but the one that sent it. `changed` are cases as the entry leaves them; others are as
// stored.
absl::Status AddCorrectionNotices(const NoticeParts& parts,
                                  const std::map<std::string, v1::CaseRecord>& changed,
                                  v1::LogEntry* entry);

// GLASS_BROKEN, to be reviewed by `act_by`: to the caseworkers of every other party for whom the
// case is there, and to every officer who may review it or answers for the actor: the parties', the
// one over the actor's agency and its own. Nobody who faces perpetrators.
absl::Status AddBrokenGlassNotices(const NoticeParts& parts, const v1::CaseRecord& record,
                                   absl::Time act_by, v1::LogEntry* entry);

// CONFLICT_REFUSED, in the DENIED entry of who asked for a case of somebody they are connected to:
// to the officer over their agency (OfficersOver), and their own.
absl::Status AddConflictNotices(const NoticeParts& parts, const v1::CaseRecord& record,
                                v1::LogEntry* entry);

// The agencies whose officer is warned of what `agency` does in a case: the one that the directory
// sets over it; where that is none, or may not know of the case, every other party that has an
// officer. Never one that faces perpetrators: who reads tells where the victim is looked after. For
// the same reason, where `agency` faces them (it can ask for the entry), only sources of what it
// was given: `known_to_it`.
std::vector<std::string> OfficersOver(const NoticeParts& parts, const std::string& agency,
                                      const v1::CaseRecord& record,
                                      const std::vector<std::string>& known_to_it);

bool HasOfficer(const v1::Agency& agency);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_RELEASE_NOTICES_H_
