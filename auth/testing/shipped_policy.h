// The release policy of deploy/policy, as a message for tests to change.
#ifndef CONCORDAT_AUTH_TESTING_SHIPPED_POLICY_H_
#define CONCORDAT_AUTH_TESTING_SHIPPED_POLICY_H_

#include "auth/config_file.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth::testing {

// Read once; the test fails when it can't be.
inline const v1::ReleasePolicy& Shipped() {
  static const auto* const shipped = [] {
    auto* policy = new v1::ReleasePolicy;
    EXPECT_TRUE(ReadTextproto("deploy/policy/release-policy.textproto", policy).ok());
    return policy;
  }();
  return *shipped;
}

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_SHIPPED_POLICY_H_
