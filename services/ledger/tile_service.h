// The log as C2SP tlog-tiles serves it (c2sp.org/tlog-tiles), to auditors over HTTPS with mutual
// TLS: <prefix>/checkpoint, <prefix>/tile/<level>/<index>[.p/<width>], <prefix>/tile/entries/...
// The prefix names why the log is read: /log/<purpose>, one of DPA 2018 s62(4), such as
// /log/integrity-and-security.
#ifndef CONCORDAT_SERVICES_LEDGER_TILE_SERVICE_H_
#define CONCORDAT_SERVICES_LEDGER_TILE_SERVICE_H_

#include "auth/trust.h"
#include "base/clock.h"
#include "services/http/https_server.h"
#include "services/ledger/ledger.h"
#include "tlog/tiles.h"

namespace concordat::services {

// Thread-safe. Answers wait for the entry that records the read of an entry bundle.
class TileService {
 public:
  // All outlive it.
  TileService(Ledger* ledger, const auth::Trust* trust, const Clock* clock)
      : ledger_(ledger), trust_(trust), clock_(clock) {}

  // 403 for everybody but auditors, and for a purpose that their role does not have; 405 for
  // another method than GET; 404 for what the log does not have, a width beyond the tree included;
  // 503 while the log can't be written: an unrecorded read is none. The checkpoint is the published
  // one where witnesses cosign.
  HttpResponse Handle(const HttpRequest& request) const;

 private:
  HttpResponse Checkpoint(const Caller& caller, v1::Purpose purpose) const;
  HttpResponse Tile(const Caller& caller, v1::Purpose purpose,
                    const tlog::TileResource& resource) const;
  HttpResponse Entries(const Caller& caller, v1::Purpose purpose,
                       const tlog::TileResource& resource) const;

  Ledger* const ledger_;
  const auth::Trust* const trust_;
  const Clock* const clock_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_TILE_SERVICE_H_
