// Where a seal of a case reaches: every other case in which one of its persons is. So an agency
// that one of them works for cannot come to what the others suffered by another case, its own next
// one included. Reads only; the fold writes (storage/seal_fold.h).
#ifndef CONCORDAT_SERVICES_LEDGER_CASE_SEALS_H_
#define CONCORDAT_SERVICES_LEDGER_CASE_SEALS_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"

namespace concordat::services {

// Whether an agency is a victim service, and not suspended: somebody who sees its alerts.
using IsVictimService = std::function<bool(const std::string& agency)>;

using SealSpread = v1::LogEntry::SealSpread;

// Cases that share a person with `record`, by any identifier and in whatever capacity; two PNC ids
// that differ are two persons. Itself, erased ones and those that are an agency's own are not among
// them. Ordered by case id.
absl::StatusOr<std::vector<v1::CaseRecord>> LinkedCases(const storage::Reader& reader,
                                                        const v1::CaseRecord& record);

// How `seal` reaches `record`, and is applied to it; with the victim services of `origin` that join
// because only sealed ones were party to it.
SealSpread SpreadTo(const v1::CaseSeal& seal, const v1::CaseRecord& origin,
                    const IsVictimService& is_victim_service, v1::CaseRecord* record);

// The victim services that a case alerts: party to it, and not sealed against.
std::vector<std::string> AlertableIn(const v1::CaseRecord& record,
                                     const IsVictimService& is_victim_service);

// The seals that come to `record` from the cases that share a person with it (and are applied to
// it), and those that go from it to them. `record` is as the event leaves it. A recalled
// recipient's (CaseSeal.this_case_only) goes nowhere.
absl::StatusOr<std::vector<SealSpread>> SpreadByEvent(const storage::Reader& reader,
                                                      const IsVictimService& is_victim_service,
                                                      v1::CaseRecord* record);

// The sequences of the alerts that one entry raises, before it is written.
class AlertNumbers {
 public:
  explicit AlertNumbers(const storage::Reader* reader) : reader_(reader) {}
  absl::StatusOr<uint64_t> Next(const std::string& agency);

 private:
  const storage::Reader* const reader_;
  std::map<std::string, uint64_t> last_;
};

// Fills in the alerts that each spread takes from the sealed agency. `records` are the cases that
// the spreads reach, as they leave them. An alert that nobody else could see stays where it is.
absl::Status PlanMoves(const storage::Reader& reader, const IsVictimService& is_victim_service,
                       const std::map<std::string, v1::CaseRecord>& records, AlertNumbers* numbers,
                       google::protobuf::RepeatedPtrField<SealSpread>* spreads);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CASE_SEALS_H_
