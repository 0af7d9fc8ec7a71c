#ifndef CONCORDAT_AUTH_POLICY_APPROVAL_H_
#define CONCORDAT_AUTH_POLICY_APPROVAL_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/directory.h"
#include "auth/policy.h"

namespace concordat::auth {

// What an agency signs, with its confirmation key, to approve of a release policy: a signed note
// (c2sp.org/signed-note) of four lines. Several agencies sign the same note.
//
//   concordat policy approval v1
//   lancashire.concordat.test/log                    the origin of the log that it decides for
//   2026.2                                           the policy's version
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     SHA-256 of its deterministic serialisation
std::string PolicyApprovalText(std::string_view origin, const PolicyEngine& policy);

// The agencies of the directory that approved of exactly this policy for this log, ordered by id,
// each once; signatures by other keys are passed over. A suspended agency and a role service
// approve of nothing.
//   INVALID_ARGUMENT  no signed note, or one of another text
//   DATA_LOSS         a signature by an agency's key that does not verify
absl::StatusOr<std::vector<std::string>> ApprovedBy(std::string_view note, std::string_view origin,
                                                    const PolicyEngine& policy,
                                                    const Directory& directory);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_POLICY_APPROVAL_H_
