// The shipped promises hold of the shipped policy, and whatever would give somebody more breaks
// one.
#include "tools/policy_cases_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "auth/config_file.h"
#include "base/files.h"
#include "concordat/v1/policy.pb.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;

constexpr char kPromises[] = "deploy/policy/policy-tests.txt";

const std::vector<PolicyCase>& Promises() {
  static const auto* const promises =
      new std::vector<PolicyCase>(*ParsePolicyCases(kPromises, *ReadFile(kPromises)));
  return *promises;
}

v1::ReleasePolicy ShippedPolicy() {
  v1::ReleasePolicy policy;
  EXPECT_TRUE(auth::ReadTextproto("deploy/policy/release-policy.textproto", &policy).ok());
  return policy;
}

// Whether the compiler refuses the policy, or a promise is broken by it.
bool IsNoticed(const v1::ReleasePolicy& policy) {
  const auto book = PolicyBook::Of(policy);
  if (!book.ok()) return true;
  return std::any_of(Promises().begin(), Promises().end(),
                     [&](const PolicyCase& one) { return FailureOf(*book, one).has_value(); });
}

TEST(PolicyPromisesTest, TheShippedPolicyKeepsThem) {
  const auto book = PolicyBook::Of(ShippedPolicy());
  ASSERT_TRUE(book.ok()) << book.status();
  for (const PolicyCase& one : Promises()) {
    const auto failure = FailureOf(*book, one);
    ASSERT_FALSE(failure.has_value()) << kPromises << ":" << one.line << ": " << *failure;
  }
  EXPECT_FALSE(IsNoticed(ShippedPolicy()));
}

TEST(PolicyPromisesTest, AnyRuleThatGivesMoreBreaksOne) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  int widened = 0;
  for (int i = 0; i < shipped.rules_size(); ++i) {
    const v1::FieldRule& rule = shipped.rules(i);
    for (const v1::ReleaseAction action : {v1::RELEASE, v1::GENERALISE}) {
      const bool gives_more = action < rule.action() || rule.condition() != v1::CONDITION_NONE;
      if (!gives_more) continue;
      v1::ReleasePolicy policy = shipped;
      policy.mutable_rules(i)->set_action(action);
      policy.mutable_rules(i)->clear_condition();
      EXPECT_TRUE(IsNoticed(policy)) << rule.id() << " as " << v1::ReleaseAction_Name(action);
      ++widened;
    }
  }
  EXPECT_GT(widened, 100);
}

TEST(PolicyPromisesTest, AnyOtherConditionBreaksOne) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  for (int i = 0; i < shipped.rules_size(); ++i) {
    if (shipped.rules(i).condition() == v1::CONDITION_NONE) continue;
    for (const v1::Condition condition : AllOf<v1::Condition>()) {
      if (condition == shipped.rules(i).condition()) continue;
      v1::ReleasePolicy policy = shipped;
      policy.mutable_rules(i)->set_condition(condition);
      EXPECT_TRUE(IsNoticed(policy))
          << shipped.rules(i).id() << " if " << v1::Condition_Name(condition);
    }
  }
}

TEST(PolicyPromisesTest, AnyMoreVisibleEventBreaksOne) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  for (int i = 0; i < shipped.roles_size(); ++i) {
    const auto& visible = shipped.roles(i).visible_events();
    for (const v1::EventType type : AllOf<v1::EventType>()) {
      if (std::find(visible.begin(), visible.end(), type) != visible.end()) continue;
      v1::ReleasePolicy policy = shipped;
      policy.mutable_roles(i)->add_visible_events(type);
      EXPECT_TRUE(IsNoticed(policy))
          << v1::Role_Name(shipped.roles(i).role()) << " " << v1::EventType_Name(type);
    }
  }
}

TEST(PolicyPromisesTest, TheVictimsServiceLosingAnythingOfItsVictimBreaksOne) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  for (int i = 0; i < shipped.rules_size(); ++i) {
    if (shipped.rules(i).role() != v1::VICTIM_SERVICE) continue;
    v1::ReleasePolicy policy = shipped;
    policy.mutable_rules(i)->set_action(v1::WITHHOLD);
    policy.mutable_rules(i)->clear_condition();
    EXPECT_TRUE(IsNoticed(policy)) << shipped.rules(i).id();
  }
}

std::string Failure(const v1::ReleasePolicy& policy, const std::string& sentence) {
  const auto book = PolicyBook::Of(policy);
  const auto cases = ParsePolicyCases("p.txt", sentence);
  EXPECT_TRUE(book.ok() && cases.ok()) << cases.status();
  return FailureOf(*book, cases->front()).value_or("");
}

TEST(PolicyPromisesTest, AFailureSaysExpectedGotRuleAndWhy) {
  const v1::ReleasePolicy policy = ShippedPolicy();
  EXPECT_EQ(
      Failure(policy, "Promise: By consent.\npolice: victim disclosure of victim is released"),
      "POLICE: VICTIM_DISCLOSURE of VICTIM, told by SOURCE_AGENCY_OBSERVED, with no "
      "condition\n"
      "  promise:  By consent.\n"
      "  expected: released\n"
      "  got:      withheld, CONSENT_NEEDED, by vdisclosure-POL: With the consent "
      "of the victim.\n");
  EXPECT_THAT(Failure(policy, "probation: events incident told by child are seen"),
              HasSubstr("got:      concealed, PERPETRATOR_FACING, by lock-r7 (above the "
                        "policy file): "));
}

TEST(PolicyPromisesTest, TheReasonAndTheGatewayCount) {
  const v1::ReleasePolicy policy = ShippedPolicy();
  const std::string right = "police: health of victim is withheld because ";
  EXPECT_EQ(Failure(policy, right + "risk not high"), "");
  EXPECT_THAT(Failure(policy, right + "consent needed"), HasSubstr("withheld, CONSENT_NEEDED"));
  EXPECT_THAT(Failure(policy,
                      "police: purpose law enforcement is allowed because "
                      "care act 2014 s42"),
              HasSubstr("got:      allowed by COMMON_LAW_POLICING under PART_3"));
  EXPECT_THAT(Failure(policy, "police: purpose evaluation is allowed"),
              HasSubstr("got:      refused: the role's purposes don't list it"));
}

TEST(PolicyPromisesTest, OfAFieldCountsWhatItsReaderGets) {
  const v1::ReleasePolicy policy = ShippedPolicy();
  const std::string field = "marac coordinator: field persons.addresses.";
  EXPECT_EQ(Failure(policy, field + "lines of victim is withheld"), "");
  EXPECT_EQ(Failure(policy, field + "postcode of victim is generalised"), "");
  EXPECT_EQ(Failure(policy, field + "local_authority of victim is released"), "");
  EXPECT_THAT(Failure(policy, field + "lines of victim is generalised"),
              HasSubstr("got:      withheld: generalised, REDUCED_FOR_ROLE, by location-MAR"));
}

}  // namespace
}  // namespace concordat::tools
