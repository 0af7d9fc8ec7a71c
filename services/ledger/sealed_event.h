// An event as it is stored: part 0 is the event without its persons, then one part a person in the
// event's order, each sealed under the key of its own subject. So one person can be erased and the
// rest of the event stays readable (R6).
#ifndef CONCORDAT_SERVICES_LEDGER_SEALED_EVENT_H_
#define CONCORDAT_SERVICES_LEDGER_SEALED_EVENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/vault.h"
#include "storage/writer.h"

namespace concordat::services {

// Seals `event` at `index`: the body under `body_subject`, person i under `person_subjects[i]` (one
// each; every subject exists).
absl::StatusOr<std::vector<v1::SealedPart>> SealEvent(
    const storage::Vault& vault, storage::Writer& writer, LeafIndex index,
    const v1::CaseEvent& event, const std::string& body_subject,
    const std::vector<std::string>& person_subjects);

struct OpenedEvent {
  v1::CaseEvent event;
  int erased_persons = 0;    // Persons whose key was destroyed: absent from `event`.
  bool body_erased = false;  // Then only the persons are there.
};

// Opens what SealEvent stored, checking each ciphertext against the digest in the entry. DATA_LOSS
// where one differs.
absl::StatusOr<OpenedEvent> OpenEvent(const storage::Vault& vault, const storage::Reader& reader,
                                      LeafIndex index, const v1::LogEntry::Collected& collected);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_SEALED_EVENT_H_
