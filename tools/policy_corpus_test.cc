#include "tools/policy_corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "auth/config_file.h"
#include "concordat/v1/person.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::ReleasePolicy ShippedPolicy() {
  v1::ReleasePolicy policy;
  EXPECT_TRUE(auth::ReadTextproto("deploy/policy/release-policy.textproto", &policy).ok());
  return policy;
}

PolicyBook BookOf(const v1::ReleasePolicy& policy) { return *PolicyBook::Of(policy); }

// As shipped, but the rule releases without a condition.
v1::ReleasePolicy Releasing(const std::string& id) {
  v1::ReleasePolicy policy = ShippedPolicy();
  for (v1::FieldRule& rule : *policy.mutable_rules()) {
    if (rule.id() != id) continue;
    rule.set_action(v1::RELEASE);
    rule.clear_condition();
  }
  return policy;
}

v1::CaseEvent Incident(int number) {
  v1::CaseEvent event;
  event.set_source_system("niche-rms");
  event.set_source_reference("LC-" + std::to_string(number));
  event.set_revision(1);
  event.set_source_class(v1::SOURCE_AGENCY_OBSERVED);
  v1::Person* victim = event.add_persons();
  victim->set_capacity(v1::VICTIM);
  victim->set_full_name("Asha Example");
  victim->add_addresses()->add_lines("1 Synthetic Street");
  victim->mutable_addresses(0)->set_postcode("FY1 4XX");
  event.mutable_incident()->set_circumstances("Synthetic words.");
  return event;
}

TEST(PolicyCorpusTest, NothingChangesBetweenEqualPolicies) {
  const PolicyBook book = BookOf(ShippedPolicy());
  PolicyCorpus corpus(book, book, {});
  corpus.Add(Incident(1));
  EXPECT_EQ(corpus.events(), 1u);
  EXPECT_EQ(corpus.Text(), "");
}

TEST(PolicyCorpusTest, CountsFieldsAndEventsAndShowsNoValue) {
  const PolicyBook before = BookOf(ShippedPolicy());
  const PolicyBook after = BookOf(Releasing("vdisclosure-POL"));
  PolicyCorpus corpus(before, after, {});
  for (int i = 0; i < 3; ++i) corpus.Add(Incident(i));
  v1::CaseEvent without = Incident(4);
  without.mutable_incident()->clear_circumstances();
  corpus.Add(without);
  EXPECT_EQ(corpus.Text(),
            "!! POLICE: VICTIM_DISCLOSURE: not given becomes released: 3 fields of 3 events\n");
}

TEST(PolicyCorpusTest, LessIsSaidAfterMore) {
  const PolicyBook shipped = BookOf(ShippedPolicy());
  v1::ReleasePolicy policy = Releasing("location-POL");
  for (v1::FieldRule& rule : *policy.mutable_rules()) {
    if (rule.id() == "identity-POL") rule.set_action(v1::GENERALISE);
  }
  const PolicyBook after = BookOf(policy);
  PolicyCorpus corpus(shipped, after, {});
  corpus.Add(Incident(1));
  const std::string text = corpus.Text();
  EXPECT_THAT(text, HasSubstr("   POLICE: IDENTITY: released becomes generalised: 1 field of 1 "
                              "event\n"));
  EXPECT_LT(text.find("!! POLICE: VICTIM_LOCATION"), text.find("   POLICE: IDENTITY"));
}

TEST(PolicyCorpusTest, TheCasesFlagsCount) {
  const PolicyBook before = BookOf(ShippedPolicy());
  const PolicyBook after = BookOf(Releasing("vdisclosure-CSC"));
  v1::CaseFlags flags;
  flags.set_child_enquiry_open(true);
  PolicyCorpus open(before, after, flags);
  open.Add(Incident(1));
  EXPECT_EQ(open.Text(), "");  // The enquiry gave it before.
  PolicyCorpus none(before, after, {});
  none.Add(Incident(1));
  EXPECT_THAT(none.Text(), HasSubstr("!! CHILDRENS_SOCIAL_CARE: VICTIM_DISCLOSURE: not given"));
}

TEST(PolicyCorpusTest, EventsGainedAndLostCount) {
  v1::ReleasePolicy policy = ShippedPolicy();
  for (v1::RoleRule& role : *policy.mutable_roles()) {
    if (role.role() == v1::HOUSING) role.clear_visible_events();
    if (role.role() == v1::AUDITOR) role.add_visible_events(v1::INCIDENT_EVENT);
  }
  const PolicyBook before = BookOf(ShippedPolicy());
  const PolicyBook after = BookOf(policy);
  PolicyCorpus corpus(before, after, {});
  corpus.Add(Incident(1));
  corpus.Add(Incident(2));
  const std::string text = corpus.Text();
  EXPECT_THAT(text, HasSubstr("!! AUDITOR: 2 events newly shown\n"));
  EXPECT_THAT(text, HasSubstr("!! AUDITOR: IDENTITY: not given becomes generalised: 2 fields of 2 "
                              "events\n"));
  EXPECT_THAT(text, HasSubstr("   HOUSING: 2 events no longer shown\n"));
}

TEST(PolicyCorpusTest, ACorrectionIsShownAsWhatItCorrects) {
  const PolicyBook before = BookOf(ShippedPolicy());
  v1::ReleasePolicy policy = ShippedPolicy();
  for (v1::RoleRule& role : *policy.mutable_roles()) {
    if (role.role() != v1::PROBATION) continue;
    role.clear_visible_events();
    role.add_visible_events(v1::CORRECTION_EVENT);
  }
  const PolicyBook after = BookOf(policy);
  v1::CaseEvent correction = Incident(2);
  correction.mutable_correction()->set_corrects_reference("LC-1");
  correction.mutable_correction()->set_corrects_revision(1);
  v1::CaseEvent again = Incident(3);
  again.mutable_correction()->set_corrects_reference("LC-2");
  again.mutable_correction()->set_corrects_revision(1);
  PolicyCorpus known(before, after, {});
  for (const auto& event : {Incident(1), correction, again}) known.Add(event);
  EXPECT_THAT(known.Text(), HasSubstr("PROBATION: 3 events no longer shown"));
  // Of what it corrects nothing is known: the perpetrator's side sees neither, before and after.
  PolicyCorpus unknown(before, after, {});
  unknown.Add(correction);
  EXPECT_THAT(unknown.Text(), Not(HasSubstr("PROBATION")));
}

}  // namespace
}  // namespace concordat::tools
