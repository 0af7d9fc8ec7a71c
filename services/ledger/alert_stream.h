// The stream of one watcher's alerts: what is there, then what comes, with a heartbeat when caught
// up and every few seconds.
#ifndef CONCORDAT_SERVICES_LEDGER_ALERT_STREAM_H_
#define CONCORDAT_SERVICES_LEDGER_ALERT_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "absl/time/time.h"
#include "concordat/v1/exchange.pb.h"
#include "services/common/call_guard.h"
#include "services/common/caller.h"
#include "services/ledger/ledger.h"

namespace concordat::services {

inline constexpr absl::Duration kHeartbeatInterval = absl::Seconds(5);

// Sends each unacknowledged alert after request.shown_through once, in order. Ends when the watcher
// goes (CANCELLED), would no longer be admitted (PERMISSION_DENIED) or the ledger shuts down
// (UNAVAILABLE: connect again). The reactor deletes itself.
grpc::ServerWriteReactor<v1::WatchAlertsItem>* StartAlertStream(
    Ledger* ledger, const Caller& caller, Readmission readmission,
    const v1::WatchAlertsRequest& request, absl::Duration heartbeat_interval = kHeartbeatInterval);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_ALERT_STREAM_H_
