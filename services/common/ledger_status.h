// What a role service's caller is told of the ledger's status.
#ifndef CONCORDAT_SERVICES_COMMON_LEDGER_STATUS_H_
#define CONCORDAT_SERVICES_COMMON_LEDGER_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace concordat::services {

// The ledger's own errors as they are. One that can't be reached, or that this service may not
// speak to, is UNAVAILABLE "ledger: ...", which a sender retries.
absl::Status FromLedger(const grpc::Status& status);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_LEDGER_STATUS_H_
