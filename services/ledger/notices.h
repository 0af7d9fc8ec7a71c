// Notices inside the entry that is their occasion: an entry of their own would show, by how many
// there are, that there was somebody to tell (docs/decisions/0011).
#ifndef CONCORDAT_SERVICES_LEDGER_NOTICES_H_
#define CONCORDAT_SERVICES_LEDGER_NOTICES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/access.pb.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"

namespace concordat::services {

// The sequences of the notices that one entry carries, before it is written. Inside the writer's
// transaction alone: elsewhere another entry may take the same ones.
class NoticeNumbers {
 public:
  // The transaction; must outlive it.
  explicit NoticeNumbers(const storage::Reader* reader) : reader_(reader) {}
  // One that the entry carries already has that sequence.
  void Taken(const v1::Notice& notice);
  absl::StatusOr<uint64_t> Next(const std::string& agency, v1::Desk desk);

 private:
  const storage::Reader* const reader_;
  std::map<std::pair<std::string, v1::Desk>, uint64_t> last_;
};

// Puts the notice, which has no sequence yet, into the entry with its desk's next.
absl::Status AddNotice(v1::Notice notice, NoticeNumbers* numbers, v1::LogEntry* entry);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_NOTICES_H_
