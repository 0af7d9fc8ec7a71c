// The same of gateways and agreements: one thing different in the policy is found.
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "auth/policy.h"
#include "auth/testing/release_comparison.h"
#include "auth/testing/sharing_policy.h"
#include "auth/testing/shipped_policy.h"
#include "base/timestamps.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth::testing {
namespace {

const absl::Time kFrom = absl::FromUnixSeconds(1700000000);
const absl::Time kUntil = kFrom + absl::Hours(24);

v1::ReleasePolicy Right() {
  v1::ReleasePolicy policy = Shipped();
  AddGateways({v1::POLICE, v1::MARAC_COORDINATOR}, &policy);
  AddAgreement("one", {"a-force", "b-council", "c-charity"}, v1::MARAC_MEETING, kFrom, kUntil,
               &policy)
      ->add_purposes(v1::VICTIM_SUPPORT);
  AddAgreement("two", {"a-force", "d-trust"}, v1::MARAC_MEETING, kUntil, kUntil + absl::Hours(24),
               &policy);
  // Between the two that the comparison asks about gateways; and agreements that the police's own
  // ways don't hide.
  v1::GatewayRule& police = *policy.add_gateways();
  police.set_gateway(v1::COMMON_LAW_POLICING);
  police.add_senders(v1::POLICE);
  police.add_recipients(v1::POLICE);
  police.add_purposes(v1::VICTIM_SUPPORT);
  return policy;
}

void ExpectFound(const std::string& name, const std::function<void(v1::ReleasePolicy*)>& change) {
  v1::ReleasePolicy wrong = Right();
  change(&wrong);
  const auto engine = PolicyEngine::Compile(wrong);
  ASSERT_TRUE(engine.ok()) << name << ": " << engine.status();
  EXPECT_TRUE(ReleaseComparison(&*engine, Right()).Everything()) << name;
}

TEST(WrongSharingTest, TheRightOneIsTheSame) {
  const auto engine = PolicyEngine::Compile(Right());
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto difference = ReleaseComparison(&*engine, Right()).Everything();
  EXPECT_FALSE(difference) << *difference;
}

TEST(WrongSharingTest, ADifferentSenderRecipientOrPurposeOfAnyGatewayIsFound) {
  for (int i = 0; i < Right().gateways_size(); ++i) {
    const std::string name = "gateway " + std::to_string(i);
    ExpectFound(name + ", sender", [=](v1::ReleasePolicy* policy) {
      policy->mutable_gateways(i)->set_senders(0, v1::HOUSING);
    });
    ExpectFound(name + ", another sender", [=](v1::ReleasePolicy* policy) {
      policy->mutable_gateways(i)->add_senders(v1::PROBATION);
    });
  }
  ExpectFound("recipient", [](v1::ReleasePolicy* policy) {
    policy->mutable_gateways()->rbegin()->set_recipients(0, v1::PROBATION);
  });
  ExpectFound("purpose", [](v1::ReleasePolicy* policy) {
    policy->mutable_gateways()->rbegin()->set_purposes(0, v1::HOUSING_SAFETY);
  });
  ExpectFound("none", [](v1::ReleasePolicy* policy) { policy->clear_gateways(); });
}

TEST(WrongSharingTest, ADifferentAgencyPurposeOrTimeOfAnAgreementIsFound) {
  ExpectFound("agency gone", [](v1::ReleasePolicy* policy) {
    policy->mutable_agreements(0)->mutable_agencies()->RemoveLast();
  });
  ExpectFound("agency more", [](v1::ReleasePolicy* policy) {
    policy->mutable_agreements(1)->add_agencies("b-council");
  });
  ExpectFound("purpose gone", [](v1::ReleasePolicy* policy) {
    policy->mutable_agreements(0)->mutable_purposes()->RemoveLast();
  });
  ExpectFound("purpose more", [](v1::ReleasePolicy* policy) {
    policy->mutable_agreements(1)->add_purposes(v1::LAW_ENFORCEMENT);
  });
  const absl::Duration tick = absl::Nanoseconds(1);
  const auto shift = [](google::protobuf::Timestamp* time, absl::Duration by) {
    const absl::Time moved = ToTime(*time) + by;
    time->set_seconds(absl::ToUnixSeconds(moved));
    time->set_nanos(static_cast<int32_t>((moved - absl::FromUnixSeconds(time->seconds())) /
                                         absl::Nanoseconds(1)));
  };
  for (const absl::Duration by : {-tick, tick}) {
    ExpectFound("from", [&](v1::ReleasePolicy* policy) {
      shift(policy->mutable_agreements(0)->mutable_valid_from(), by);
    });
    ExpectFound("until", [&](v1::ReleasePolicy* policy) {
      shift(policy->mutable_agreements(0)->mutable_valid_until(), by);
    });
  }
  ExpectFound("id",
              [](v1::ReleasePolicy* policy) { policy->mutable_agreements(0)->set_id("three"); });
  ExpectFound("none required", [](v1::ReleasePolicy* policy) {
    policy->clear_agreements_required();
    policy->clear_agreements();
  });
}

}  // namespace
}  // namespace concordat::auth::testing
