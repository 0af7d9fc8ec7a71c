// Where a process gets the keys of practitioners' issuers from.
#ifndef CONCORDAT_SERVICES_CONCORDATD_PRACTITIONER_KEYS_H_
#define CONCORDAT_SERVICES_CONCORDATD_PRACTITIONER_KEYS_H_

#include <memory>

#include "absl/status/status.h"
#include "auth/directory.h"
#include "auth/practitioners.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"

namespace concordat::services {

// INVALID_ARGUMENT for an agency, not suspended, whose practitioners have an issuer that is not
// configured: none of their calls would be admitted.
absl::Status CheckIssuers(const v1::ServerConfig& config, const auth::Directory& directory);

// Of a configuration that auth::Practitioners::CheckConfig took. Keys are read from jwks_file, or
// fetched from jwks_url: over TLS 1.3, with this process's certificate where the issuer asks for
// one.
std::unique_ptr<auth::Practitioners> MakePractitioners(const v1::ServerConfig& config,
                                                       const Clock* clock,
                                                       auth::IssuerKeys::Say say);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_CONCORDATD_PRACTITIONER_KEYS_H_
