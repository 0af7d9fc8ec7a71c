// The locks above the matrix, by every call of every role: whoever is locked out finds no value of
// the case by any of them, a colleague who is not still finds theirs, and what a grant opens is
// what the policy file says of it and nothing more.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/str_cat.h"
#include "tests/lock_canary_fixture.h"
#include "tests/synthetic.h"

namespace concordat::tests {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// Of each kind, enough to see what is wrong.
std::vector<std::string> Shown(const std::set<std::string>& all) {
  std::vector<std::string> shown(all.begin(), all.end());
  if (shown.size() > 20) shown.resize(20);
  return shown;
}

class LockCanaryTest : public LockCanaryFixture {
 protected:
  std::string BrokenGlass(const std::string& agency, uint64_t* grant) {
    v1::BreakGlassRequest request;
    request.set_case_id(Guarded());
    request.set_category(v1::RISK_TO_LIFE);
    request.set_reason("synthetic: somebody is in danger now");
    const auto given = Govern(&v1::Governance::Stub::BreakGlass, agency, "reader-1", request);
    if (given.ok()) *grant = given->grant_index();
    return given.ok() ? "" : given.status().ToString();
  }
  static FieldFacts FactsOfField(const Canary& canary) {
    return {canary.field_class, canary.capacity, canary.generaliser};
  }
};

TEST_F(LockCanaryTest, EveryPartyFindsItsOwnBeforeAnyLock) {
  EXPECT_EQ(Parties().size(), 9u);
  for (const std::string& agency : Parties()) {
    EXPECT_THAT(CasesThatReach(agency, "reader-1"), Contains(Guarded())) << agency;
  }
}

TEST_F(LockCanaryTest, AnAgencyThatACaseIsSealedAgainstFindsNothingOfItByAnyCall) {
  for (const std::string& agency : Parties()) {
    SCOPED_TRACE(agency);
    ASSERT_NO_FATAL_FAILURE(Seal(Guarded(), agency, true));
    EXPECT_THAT(CasesThatReach(agency, "reader-1"), Not(Contains(Guarded())));
    ASSERT_NO_FATAL_FAILURE(Seal(Guarded(), agency, false));
    EXPECT_FALSE(ReadPage(agency, "reader-1", Guarded(), "").messages.empty());
  }
}

TEST_F(LockCanaryTest, APractitionerConnectedToThePersonsFindsNothingOfTheirCaseByAnyCall) {
  for (const std::string& agency : Parties()) {
    SCOPED_TRACE(agency);
    // Of the guarded case alone; the alerts are sent to the agency, and the connection is a
    // person's.
    ASSERT_NO_FATAL_FAILURE(Connect(agency, "kin-1", Perpetrator(1)));
    EXPECT_THAT(CasesThatReach(agency, "kin-1"), Not(Contains(Guarded())));
    EXPECT_TRUE(ReadPage(agency, "kin-1", Guarded(), "").messages.empty());
    EXPECT_FALSE(ReadPage(agency, "kin-1", Open(), "").messages.empty());
    EXPECT_FALSE(ReadPage(agency, "reader-1", Guarded(), "").messages.empty());
  }
}

TEST_F(LockCanaryTest, BrokenGlassOpensWhatTheRolesRuleLiftsAndNothingElse) {
  std::set<std::string> wrong;
  size_t opened = 0;
  for (const std::string& agency : Parties()) {
    SCOPED_TRACE(agency);
    const MaySeeIt plainly = [&](const Caller& caller, const Canary& canary) {
      return SeesValue(policy(), caller.roles, FactsOf(canary), FactsOfField(canary));
    };
    const std::set<size_t> before = ReadBy(agency, "reader-1", Guarded(), 0, plainly, &wrong);
    uint64_t grant = 0;
    const std::string refused = BrokenGlass(agency, &grant);
    const v1::Role role = AgencyOf(agency).role();
    const bool may = std::any_of(policy().break_glass().begin(), policy().break_glass().end(),
                                 [&](const auto& rule) { return rule.role() == role; });
    ASSERT_EQ(refused.empty(), may) << refused;
    if (!may) continue;
    const std::set<size_t> after = ReadBy(
        agency, "reader-1", Guarded(), grant,
        [&](const Caller& caller, const Canary& canary) {
          return SeesValueByGlass(policy(), caller.roles, FactsOf(canary), FactsOfField(canary));
        },
        &wrong);
    opened += after.size() - before.size();
    for (const size_t index : after) {
      if (before.count(index) > 0) continue;
      EXPECT_NE(book().at(index).field_class, v1::VICTIM_LOCATION);
      EXPECT_NE(book().at(index).field_class, v1::CONTACT);
    }
    // It is the practitioner's own: neither a colleague's nor another agency's.
    for (const auto& [other, subject] :
         {std::make_pair(agency, "reader-2"),
          std::make_pair(std::string("drive-lancashire"), "reader-1"),
          std::make_pair(std::string("cumbria-police"), "reader-1")}) {
      EXPECT_TRUE(ReadPage(other, subject, Guarded(), "", grant).messages.empty()) << other;
    }
  }
  EXPECT_THAT(Shown(wrong), IsEmpty()) << wrong.size();
  EXPECT_GT(opened, 0u);
}

TEST_F(LockCanaryTest, WhatTwoPersonsAgreeToOpensThatConditionAndNothingElse) {
  std::set<std::string> wrong;
  size_t opened = 0;
  for (const std::string& agency : Parties()) {
    SCOPED_TRACE(agency);
    v1::RequestApprovalRequest request;
    request.set_case_id(Guarded());
    request.set_reason("synthetic: the safe address is needed");
    const auto asked = Govern(&v1::Governance::Stub::RequestApproval, agency, "reader-1", request);
    ASSERT_TRUE(asked.ok()) << asked.status();
    v1::GiveApprovalRequest give;
    give.set_request_index(asked->request_index());
    const auto given = Govern(&v1::Governance::Stub::GiveApproval, agency, "reader-2", give);
    ASSERT_TRUE(given.ok()) << given.status();
    const MaySeeIt approved = [&](const Caller& caller, const Canary& canary) {
      EventFacts facts = FactsOf(canary);
      facts.conditions.push_back(v1::TWO_PERSON_APPROVAL);
      return SeesValue(policy(), caller.roles, facts, FactsOfField(canary));
    };
    const std::set<size_t> after =
        ReadBy(agency, "reader-1", Guarded(), given->grant_index(), approved, &wrong);
    for (const size_t index : after) {
      if (book().at(index).field_class == v1::VICTIM_LOCATION) ++opened;
    }
    EXPECT_TRUE(ReadPage(agency, "reader-2", Guarded(), "", given->grant_index()).messages.empty());
  }
  EXPECT_THAT(Shown(wrong), IsEmpty()) << wrong.size();
  EXPECT_GT(opened, 0u);
}

// What was begun before the lock: first without it, to see that it would have gone on.
TEST_F(LockCanaryTest, ALockHoldsForAReadingThatHasBegun) {
  const auto token_after_first_page = [&](const std::string& agency, const std::string& subject,
                                          uint64_t grant) {
    const RawReply reply = ReadPage(agency, subject, Guarded(), "", grant);
    v1::CasePage page;
    EXPECT_TRUE(!reply.messages.empty() && page.ParseFromString(reply.messages[0]));
    EXPECT_FALSE(page.next_page_token().empty());
    return page.next_page_token();
  };
  const auto goes_on = [&](const std::string& agency, const std::string& subject,
                           const std::string& token, uint64_t grant = 0) {
    return !book().Find(ReadPage(agency, subject, Guarded(), token, grant).AllBytes()).empty();
  };
  for (const std::string& agency : Parties()) {
    SCOPED_TRACE(agency);
    uint64_t grant = 0;
    BrokenGlass(agency, &grant);
    const std::string token = token_after_first_page(agency, "reader-1", 0);
    const std::string by_grant = token_after_first_page(agency, "reader-1", grant);
    EXPECT_TRUE(goes_on(agency, "reader-1", token));
    EXPECT_TRUE(goes_on(agency, "reader-1", by_grant, grant));
    ASSERT_NO_FATAL_FAILURE(Seal(Guarded(), agency, true));
    EXPECT_FALSE(goes_on(agency, "reader-1", token));
    EXPECT_FALSE(goes_on(agency, "reader-1", by_grant, grant));
    ASSERT_NO_FATAL_FAILURE(Seal(Guarded(), agency, false));

    const std::string of_kin = token_after_first_page(agency, "late-kin", 0);
    EXPECT_TRUE(goes_on(agency, "late-kin", of_kin));
    ASSERT_NO_FATAL_FAILURE(Connect(agency, "late-kin", Victim(1)));
    EXPECT_FALSE(goes_on(agency, "late-kin", of_kin));
    EXPECT_TRUE(goes_on(agency, "reader-1", token));
  }
}

}  // namespace
}  // namespace concordat::tests
