// A release made again, byte for byte, from the log alone: what its DISCLOSURE entry names (cases,
// up_to_index, decided_at, policy digest, roles, purpose, what was asked for) determines the bytes.
#ifndef CONCORDAT_SERVICES_LEDGER_REPLAY_H_
#define CONCORDAT_SERVICES_LEDGER_REPLAY_H_

#include "absl/status/statusor.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/past_state.h"
#include "services/ledger/release_view.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

struct ReplayParts {
  const storage::Vault* vault;
  const storage::Reader* stored;  // The log's state today.
  ScanEntries scan;
  ReleaseView::ReadEntry read_entry;
};

// The verdict with all but leaf_index; `released` holds the bytes where they are the same.
//   SAME_BYTES       they have the digest that the entry holds
//   ERASED_SINCE     they have not, and of the records something was destroyed since: which, by
//                    which entries
//   DIFFERENT_BYTES  they have not, or can't be made: `why` says which part of the log, or whose
//                    decision, is not what it was. That is damage, or another build
// Reads the log up to the entry; nothing is written. UNAVAILABLE when storage had to recover
// meanwhile.
absl::StatusOr<v1::ReplayReleaseResponse> ReplayRelease(const ReplayParts& parts,
                                                        const v1::LogEntry& disclosure);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_REPLAY_H_
