// The ledger's server streams that end: a case page by page, log entries message by message.
#ifndef CONCORDAT_SERVICES_LEDGER_PAGE_STREAMS_H_
#define CONCORDAT_SERVICES_LEDGER_PAGE_STREAMS_H_

#include <grpcpp/support/server_callback.h>

#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/services.pb.h"
#include "services/common/call_guard.h"
#include "services/common/caller.h"
#include "services/ledger/ledger.h"

namespace concordat::services {

// Each page is recorded only when the reader has taken the one before it: a slow or gone reader
// causes no disclosure entries, and a caller who would no longer be admitted gets no further page.
// The reactors delete themselves; a cancelled call ends after the step under way.
grpc::ServerWriteReactor<v1::CasePage>* StartCaseStream(Ledger* ledger, const Caller& caller,
                                                        Readmission readmission,
                                                        const v1::ReadCaseRequest& request);
grpc::ServerWriteReactor<v1::GetEntriesResponse>* StartEntryStream(
    Ledger* ledger, const Caller& caller, Readmission readmission,
    const v1::GetEntriesRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_PAGE_STREAMS_H_
