// The derived state on which a release depended, as it was when the release was computed: folded
// again from the log's entries below its up_to_index, and only from those that matter to it.
#ifndef CONCORDAT_SERVICES_LEDGER_PAST_STATE_H_
#define CONCORDAT_SERVICES_LEDGER_PAST_STATE_H_

#include <functional>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/memory_store.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// Stored bytes of [first, end), in order, until `visit` returns false.
using ScanEntries = std::function<absl::Status(
    LeafIndex first, LeafIndex end, absl::FunctionRef<bool(LeafIndex, std::string_view)> visit)>;

// Cases with their events, parties and flags, what is superseded, and of an alerts_read the
// recipient's alerts. Persons are there without identifiers: no release depends on them. Reads the
// log once, twice for alerts, and holds only what those cases and alerts need. `stored` gives
// sealed bodies and keys as they are today, and must outlive the answer. DATA_LOSS for an entry
// that does not parse or contradicts those before it.
absl::StatusOr<std::unique_ptr<storage::MemoryStore>> PastState(const storage::Vault& vault,
                                                                const storage::Reader& stored,
                                                                const ScanEntries& scan,
                                                                const v1::LogEntry& disclosure);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_PAST_STATE_H_
