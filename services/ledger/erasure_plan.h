// What an erasure destroys, decided from the state at one moment. Pure: reads, and writes nothing.
#ifndef CONCORDAT_SERVICES_LEDGER_ERASURE_PLAN_H_
#define CONCORDAT_SERVICES_LEDGER_ERASURE_PLAN_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/rescan.h"

namespace concordat::services {

struct ErasurePlan {
  std::vector<std::string> subject_ids;         // With a key now; at least one, sorted.
  std::vector<std::string> wrapped_key_sha256;  // One each.
  std::set<std::string> case_ids;  // Whose records change; of persons, all they are in.
  // What stands on the disk now and must not afterwards: wrapped keys, ciphertexts, and the
  // persons' tokens. For memory only.
  std::vector<storage::Sought> sought;
};

// The person of the case that `tokens` and `capacity` find. errors::ErasurePersonNotFound when
// nobody is found; where the case knows one person as several subjects, the first.
absl::StatusOr<std::string> FindSubject(const v1::CaseRecord& record, v1::Capacity capacity,
                                        const v1::PersonTokens& tokens);

// Of a case: its bodies, and its persons that no other case knows. Of a person: each subject as
// which a case of theirs knows them, in every case. errors::AlreadyErased when none has a key any
// more; errors::HeldAsEvidence when a case that would lose anything by it is held: one text, which
// does not tell whether it is the case that was named.
absl::StatusOr<ErasurePlan> PlanErasure(const storage::Reader& reader,
                                        const v1::LogEntry::ErasureRequested& request);

// Of exactly these subjects, whatever is held: they were erased before. errors::AlreadyErased when
// none has a key.
absl::StatusOr<ErasurePlan> PlanErasureAgain(const storage::Reader& reader,
                                             const std::set<std::string>& subject_ids);

// The ERASURE entry's detail.
v1::LogEntry::Erased ErasedBy(const ErasurePlan& plan, LeafIndex request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_ERASURE_PLAN_H_
