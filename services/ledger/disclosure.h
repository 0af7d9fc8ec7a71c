// What a DISCLOSURE entry says of a release: the records with what was released and withheld of
// each, to whom, under which roles, and the digest of the exact bytes. Pure.
#ifndef CONCORDAT_SERVICES_LEDGER_DISCLOSURE_H_
#define CONCORDAT_SERVICES_LEDGER_DISCLOSURE_H_

#include <cstdint>

#include "absl/time/time.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "services/common/caller.h"
#include "services/ledger/release_view.h"

namespace concordat::services {

// Adds a record; rule ids and controllers stand once and are pointed at.
void AddRecord(const ReleasedView& view, v1::LogEntry::Disclosed* disclosed);

// The exact bytes of a release: `page` with its events and nothing else, serialised.
std::string ReleasedBytes(const v1::CasePage& page);
crypto::Digest ReleasedDigest(const v1::CasePage& page);

// Sets recipient, roles, the log size the view was computed at, the time it was decided as of, and
// digest and size of the bytes.
void Complete(const Caller& recipient, uint64_t up_to_index, absl::Time decided_at,
              const v1::CasePage& page, v1::LogEntry::Disclosed* disclosed);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_DISCLOSURE_H_
