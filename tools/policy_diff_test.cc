#include "tools/policy_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "auth/config_file.h"
#include "concordat/v1/policy.pb.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::ReleasePolicy ShippedPolicy() {
  v1::ReleasePolicy policy;
  EXPECT_TRUE(auth::ReadTextproto("deploy/policy/release-policy.textproto", &policy).ok());
  return policy;
}

v1::FieldRule* RuleOf(const std::string& id, v1::ReleasePolicy* policy) {
  for (v1::FieldRule& rule : *policy->mutable_rules()) {
    if (rule.id() == id) return &rule;
  }
  ADD_FAILURE() << "no rule " << id;
  return policy->add_rules();
}

v1::RoleRule* RoleOf(v1::Role role, v1::ReleasePolicy* policy) {
  for (v1::RoleRule& rule : *policy->mutable_roles()) {
    if (rule.role() == role) return &rule;
  }
  ADD_FAILURE() << "no role " << role;
  return policy->add_roles();
}

PolicyDiff Diff(const v1::ReleasePolicy& before, const v1::ReleasePolicy& after) {
  const auto old_book = PolicyBook::Of(before);
  const auto new_book = PolicyBook::Of(after);
  EXPECT_TRUE(old_book.ok()) << old_book.status();
  EXPECT_TRUE(new_book.ok()) << new_book.status();
  return DiffPolicies(*old_book, *new_book);
}

TEST(PolicyDiffTest, LayoutVersionAndWhyChangeNothing) {
  v1::ReleasePolicy policy = ShippedPolicy();
  policy.set_version("2026.2");
  policy.mutable_rules(3)->set_why("Said in other words.");
  policy.mutable_rules()->SwapElements(0, 5);
  EXPECT_TRUE(Diff(ShippedPolicy(), policy).empty());
}

TEST(PolicyDiffTest, ADroppedConditionIsNewlyReleased) {
  v1::ReleasePolicy policy = ShippedPolicy();
  RuleOf("location-POL", &policy)->clear_condition();
  const PolicyDiff diff = Diff(ShippedPolicy(), policy);
  EXPECT_THAT(diff.more,
              ElementsAre("POLICE: VICTIM_LOCATION of VICTIM, PERPETRATOR, CHILD, THIRD_PARTY: "
                          "withheld becomes released in any case (was: withheld until "
                          "TWO_PERSON_APPROVAL; is: released), by location-POL: Shown to assigned "
                          "officers by two persons."));
  EXPECT_THAT(diff.less, IsEmpty());
  EXPECT_THAT(diff.other, IsEmpty());
  const PolicyDiff back = Diff(policy, ShippedPolicy());
  EXPECT_THAT(back.more, IsEmpty());
  EXPECT_EQ(back.less.size(), 1u);
}

TEST(PolicyDiffTest, AnExchangedConditionIsMoreAndLess) {
  v1::ReleasePolicy policy = ShippedPolicy();
  RuleOf("vdisclosure-POL", &policy)->set_condition(v1::HIGH_RISK_CASE);
  const PolicyDiff diff = Diff(ShippedPolicy(), policy);
  const std::string tail =
      " (was: released if VICTIM_CONSENT; is: released if HIGH_RISK_CASE), by vdisclosure-POL: "
      "With the consent of the victim.";
  const std::string head = "POLICE: VICTIM_DISCLOSURE of VICTIM, PERPETRATOR, CHILD, THIRD_PARTY: ";
  EXPECT_THAT(diff.more,
              ElementsAre(head + "withheld becomes released with HIGH_RISK_CASE" + tail));
  EXPECT_THAT(diff.less,
              ElementsAre(head + "released becomes withheld with VICTIM_CONSENT" + tail));
}

TEST(PolicyDiffTest, OnlyTheCapacitiesThatChangeAreNamed) {
  v1::ReleasePolicy policy = ShippedPolicy();
  RuleOf("contact-DRV-third-party", &policy)->set_action(v1::GENERALISE);
  RuleOf("identity-DRV-perpetrator", &policy)->set_action(v1::GENERALISE);
  const PolicyDiff diff = Diff(ShippedPolicy(), policy);
  EXPECT_THAT(diff.more, ElementsAre("DRIVE_CASE_MANAGER: CONTACT of THIRD_PARTY: withheld becomes "
                                     "generalised in any case (was: withheld; is: generalised), by "
                                     "contact-DRV-third-party: The victim may be staying there."));
  EXPECT_THAT(
      diff.less,
      ElementsAre("DRIVE_CASE_MANAGER: IDENTITY of PERPETRATOR: released becomes generalised "
                  "in any case (was: released; is: generalised), by "
                  "identity-DRV-perpetrator: The person it works with."));
}

TEST(PolicyDiffTest, EventsAndPurposesCount) {
  v1::ReleasePolicy policy = ShippedPolicy();
  RoleOf(v1::HOUSING, &policy)->add_visible_events(v1::LIAISON_CONTACT_EVENT);
  RoleOf(v1::PROBATION, &policy)->clear_visible_events();
  v1::PurposeRule* purpose = RoleOf(v1::POLICE, &policy)->mutable_purposes(0);
  purpose->set_gateway(v1::CRIME_AND_DISORDER_ACT_1998_S115);
  v1::PurposeRule* gained = RoleOf(v1::HOUSING, &policy)->add_purposes();
  gained->set_purpose(v1::MARAC_MEETING);
  gained->set_gateway(v1::COMMON_LAW_POLICING);
  gained->set_regime(v1::UK_GDPR);
  RoleOf(v1::VICTIM_SERVICE, &policy)->mutable_purposes()->DeleteSubrange(0, 1);
  const PolicyDiff diff = Diff(ShippedPolicy(), policy);
  EXPECT_THAT(diff.more,
              ElementsAre("HOUSING: sees LIAISON_CONTACT_EVENT told by anyone",
                          "HOUSING: MARAC_MEETING becomes a purpose, by COMMON_LAW_POLICING under "
                          "UK_GDPR"));
  ASSERT_EQ(diff.less.size(), 6u);
  EXPECT_EQ(diff.less[0], "VICTIM_SERVICE: VICTIM_SUPPORT is no longer a purpose");
  EXPECT_EQ(diff.less[1],
            "PROBATION: no longer sees INCIDENT_EVENT told by SOURCE_THIRD_PARTY, "
            "SOURCE_AGENCY_OBSERVED, SOURCE_PUBLIC_RECORD, SOURCE_PERPETRATOR_SELF");
  EXPECT_THAT(diff.other,
              ElementsAre("POLICE: LAW_ENFORCEMENT: COMMON_LAW_POLICING under PART_3 becomes "
                          "CRIME_AND_DISORDER_ACT_1998_S115 under PART_3"));
}

TEST(PolicyDiffTest, ARuleOfAnotherNameIsOtherwiseChanged) {
  v1::ReleasePolicy policy = ShippedPolicy();
  RuleOf("health-HOU", &policy)->set_id("health-housing");
  const PolicyDiff diff = Diff(ShippedPolicy(), policy);
  EXPECT_THAT(diff.more, IsEmpty());
  EXPECT_THAT(diff.less, IsEmpty());
  EXPECT_THAT(
      diff.other,
      ElementsAre("HOUSING: HEALTH of VICTIM, PERPETRATOR, CHILD, THIRD_PARTY: withheld as "
                  "before; NOT_NEEDED_FOR_ROLE by health-HOU becomes NOT_NEEDED_FOR_ROLE by "
                  "health-housing"));
}

TEST(PolicyDiffTest, TakingTheLockOffARoleIsNewlyReleased) {
  v1::ReleasePolicy locked = ShippedPolicy();
  RoleOf(v1::HOUSING, &locked)->set_faces_perpetrator(true);
  for (v1::FieldRule& rule : *locked.mutable_rules()) {
    if (rule.role() != v1::HOUSING) continue;
    rule.set_action(v1::WITHHOLD);
    rule.clear_condition();
  }
  v1::ReleasePolicy open = locked;
  RoleOf(v1::HOUSING, &open)->set_faces_perpetrator(false);
  const PolicyDiff diff = Diff(locked, open);
  ASSERT_EQ(diff.more.size(), 4u);
  EXPECT_EQ(diff.more[0], "HOUSING: no longer faces the perpetrator: R7 is off");
  EXPECT_EQ(diff.more[1], "HOUSING: sees INCIDENT_EVENT told by SOURCE_VICTIM, SOURCE_CHILD");
  EXPECT_EQ(Diff(open, locked).less[0], "HOUSING: faces the perpetrator: R7 is on");
}

TEST(PolicyDiffTest, NoChangeOfARuleGoesUnseen) {
  const v1::ReleasePolicy shipped = ShippedPolicy();
  for (int i = 0; i < shipped.rules_size(); ++i) {
    for (const v1::ReleaseAction action : {v1::RELEASE, v1::GENERALISE, v1::WITHHOLD}) {
      v1::ReleasePolicy policy = shipped;
      v1::FieldRule* rule = policy.mutable_rules(i);
      if (action == rule->action()) continue;
      rule->set_action(action);
      rule->clear_condition();
      if (!PolicyBook::Of(policy).ok()) continue;  // It would open R7.
      const PolicyDiff diff = Diff(shipped, policy);
      const bool was_conditional = shipped.rules(i).condition() != v1::CONDITION_NONE;
      const bool gives_more =
          action < shipped.rules(i).action() || (was_conditional && action != v1::WITHHOLD);
      EXPECT_EQ(!diff.more.empty(), gives_more) << rule->id();
      EXPECT_FALSE(diff.empty() && !was_conditional) << rule->id();
    }
  }
}

}  // namespace
}  // namespace concordat::tools
