// Gateways and agreements that nobody made, and records on their way between agencies; both from
// so few agencies and times that they meet, also on the edges.
#ifndef CONCORDAT_AUTH_TESTING_RANDOM_SHARING_H_
#define CONCORDAT_AUTH_TESTING_RANDOM_SHARING_H_

#include "absl/time/time.h"
#include "auth/testing/random.h"
#include "auth/testing/reference_decider.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth::testing {

// Gives the policy, which has none, gateways or agreements or both, or nothing. It stays one that
// PolicyEngine::Compile takes.
void AddSharing(Random* random, v1::ReleasePolicy* policy);

// Now and then of no agency, no role, no purpose; without an embargo.
ReferenceSharing RandomSharing(Random* random);

// An edge of an agreement, or a nanosecond to either side of one.
absl::Time RandomEdge(Random* random);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_RANDOM_SHARING_H_
