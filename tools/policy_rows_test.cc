#include "tools/policy_rows.h"

#include <gtest/gtest.h>

#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

const auth::PolicyEngine& Engine() {
  static const auto* const engine =
      new auth::PolicyEngine(*auth::PolicyEngine::Load("deploy/policy/release-policy.textproto"));
  return *engine;
}

TEST(PolicyRowsTest, SaysWhichEventsAViewMaySee) {
  const auto all = AllOf<v1::EventType>();
  EXPECT_EQ(NamesOf(VisibleTypes(Engine(), {{v1::POLICE}}, all)), NamesOf(all));
  EXPECT_EQ(NamesOf(VisibleTypes(Engine(), {{v1::POLICE, v1::HOUSING}}, all)),
            "INCIDENT_EVENT, RISK_ASSESSMENT_EVENT, MARAC_REFERRAL_EVENT");
  EXPECT_EQ(NamesOf(VisibleTypes(Engine(), {{v1::PROBATION}},
                                 {v1::LIAISON_CONTACT_EVENT, v1::CUSTODY_CHANGE_EVENT})),
            "CUSTODY_CHANGE_EVENT");
  EXPECT_EQ(NamesOf(VisibleTypes(Engine(), {{v1::AUDITOR}}, all)), "none");
}

TEST(PolicyRowsTest, SaysWhoseWordsAViewMaySee) {
  const auto all = AllOf<v1::EventType>();
  EXPECT_EQ(NamesOf(VisibleSources(Engine(), {{v1::HOUSING}}, all)), "anyone");
  EXPECT_EQ(NamesOf(VisibleSources(Engine(), {{v1::PROBATION}}, all)),
            "SOURCE_THIRD_PARTY, SOURCE_AGENCY_OBSERVED, SOURCE_PUBLIC_RECORD, "
            "SOURCE_PERPETRATOR_SELF");
  EXPECT_EQ(NamesOf(VisibleSources(Engine(), {{v1::HOUSING}}, {v1::LIAISON_CONTACT_EVENT})),
            "none");
}

}  // namespace
}  // namespace concordat::tools
