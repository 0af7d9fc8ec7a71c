// Who a client certificate says is calling, and whether they are to be believed.
#ifndef CONCORDAT_SERVICES_COMMON_CERTIFIED_PEER_H_
#define CONCORDAT_SERVICES_COMMON_CERTIFIED_PEER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "auth/spiffe_id.h"
#include "auth/trust.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::services {

struct CertifiedPeer {
  auth::SpiffeId id;
  const v1::Agency* agency;        // Lives as long as the Trust it was found in.
  std::string certificate_sha256;  // 32 bytes; empty in process, where the end caller's counts.
};

// The leaf in `pem`, whose chain the transport has verified. PERMISSION_DENIED "caller: got ...,
// want ..." for one that can't be read, is out of date at `now` or revoked, has other than exactly
// one URI that is a SPIFFE id, names nobody that the directory lets call, or, of an agency that the
// directory does let call, comes from an authority that may not certify it (auth/trust.h).
absl::StatusOr<CertifiedPeer> CertifiedPeerOf(std::string_view pem, const auth::Trust& trust,
                                              absl::Time now);

// The same error and the same form of name for those who are known otherwise than by TLS.
absl::Status CallerRefused(std::string_view got, std::string_view want);
absl::StatusOr<auth::SpiffeId> ParseCallerWorkload(std::string_view uri);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_CERTIFIED_PEER_H_
