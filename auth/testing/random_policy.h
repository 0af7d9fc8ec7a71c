// Release policies that nobody wrote.
#ifndef CONCORDAT_AUTH_TESTING_RANDOM_POLICY_H_
#define CONCORDAT_AUTH_TESTING_RANDOM_POLICY_H_

#include "auth/testing/random.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth::testing {

// One that PolicyEngine::Compile takes: every role, rules for any capacity and for some or all of
// them, conditions, other roles that face perpetrators, in any order.
v1::ReleasePolicy RandomPolicy(Random* random);

// Changes one thing of a policy that has rules and roles: an action, a condition, a capacity, a
// rule gone or more, an event type, faces_perpetrator, a purpose. The result may be one that
// PolicyEngine::Compile refuses.
void ChangeOneThing(Random* random, v1::ReleasePolicy* policy);

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_RANDOM_POLICY_H_
