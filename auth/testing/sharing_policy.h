// Policies with gateways and agreements, which the shipped one has none of.
#ifndef CONCORDAT_AUTH_TESTING_SHARING_POLICY_H_
#define CONCORDAT_AUTH_TESTING_SHARING_POLICY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/timestamps.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth::testing {

// The gateway of each purpose of each role, from these senders; so that nothing is in the way of
// what they send.
inline void AddGateways(const std::vector<v1::Role>& senders, v1::ReleasePolicy* policy) {
  for (const v1::RoleRule& role : policy->roles()) {
    for (const v1::PurposeRule& purpose : role.purposes()) {
      v1::GatewayRule& rule = *policy->add_gateways();
      rule.set_gateway(purpose.gateway());
      for (const v1::Role sender : senders) rule.add_senders(sender);
      rule.add_recipients(role.role());
      rule.add_purposes(purpose.purpose());
    }
  }
}

// Agreements are required from here on.
inline v1::Agreement* AddAgreement(const std::string& id, const std::vector<std::string>& agencies,
                                   v1::Purpose purpose, absl::Time from, absl::Time until,
                                   v1::ReleasePolicy* policy) {
  policy->set_agreements_required(true);
  v1::Agreement& agreement = *policy->add_agreements();
  agreement.set_id(id);
  for (const std::string& agency : agencies) agreement.add_agencies(agency);
  agreement.add_purposes(purpose);
  *agreement.mutable_valid_from() = ToTimestamp(from);
  *agreement.mutable_valid_until() = ToTimestamp(until);
  return &agreement;
}

}  // namespace concordat::auth::testing

#endif  // CONCORDAT_AUTH_TESTING_SHARING_POLICY_H_
