#include "services/ledger/ledger.h"

namespace concordat::services {

void Ledger::RegisterConnection(const Caller&, const v1::RegisterConnectionRequest&,
                                Done<v1::RegisterConnectionResponse> done) {
  done(absl::UnimplementedError("RegisterConnection: got a call, want a later build"));
}

}  // namespace concordat::services
