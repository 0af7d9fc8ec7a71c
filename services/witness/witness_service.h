// The witness on the wire: POST /add-checkpoint (c2sp.org/tlog-witness), by any agency or service
// of the directory.
#ifndef CONCORDAT_SERVICES_WITNESS_WITNESS_SERVICE_H_
#define CONCORDAT_SERVICES_WITNESS_WITNESS_SERVICE_H_

#include <string>

#include "auth/trust.h"
#include "base/clock.h"
#include "services/http/https_server.h"
#include "services/witness/witness.h"

namespace concordat::services {

// Thread-safe.
class WitnessService {
 public:
  // All outlive it.
  WitnessService(Witness* witness, const auth::Trust* trust, const Clock* clock)
      : witness_(witness), trust_(trust), clock_(clock) {}

  // 403 for a certificate of nobody in the directory, 404 for another path, 405 for another method;
  // otherwise as the witness answers.
  HttpResponse Handle(const HttpRequest& request) const;

 private:
  Witness* const witness_;
  const auth::Trust* const trust_;
  const Clock* const clock_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_WITNESS_WITNESS_SERVICE_H_
