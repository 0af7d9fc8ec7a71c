#include "services/common/event_bodies.h"

#include <gtest/gtest.h>

#include <string>

namespace concordat::services {
namespace {

using v1::CaseEvent;

TEST(EventBodiesTest, GivesEachRoleServiceItsOwnBodies) {
  EXPECT_EQ(BodiesOfServiceRole(v1::POLICE).Names(),
            "incident, risk_assessment, custody_change or correction");
  EXPECT_EQ(BodiesOfServiceRole(v1::CHILDRENS_SOCIAL_CARE).Names(),
            "social_care_contact, risk_assessment or correction");
  EXPECT_EQ(BodiesOfServiceRole(v1::ADULT_SOCIAL_CARE).Names(),
            "social_care_contact, risk_assessment or correction");
  EXPECT_EQ(BodiesOfServiceRole(v1::MARAC_COORDINATOR).Names(),
            "marac_referral or risk_assessment");
  EXPECT_EQ(BodiesOfServiceRole(v1::VICTIM_SERVICE).Names(),
            "liaison_contact, risk_assessment or correction");
}

TEST(EventBodiesTest, GivesEveryOtherRoleNothing) {
  for (const auto role : {v1::ROLE_UNSPECIFIED, v1::PROBATION, v1::DRIVE_CASE_MANAGER,
                          v1::EVALUATOR, v1::AUDITOR, v1::HOUSING, v1::HEALTH_SERVICE}) {
    for (const auto body : {CaseEvent::kIncident, CaseEvent::kRiskAssessment,
                            CaseEvent::kMaracReferral, CaseEvent::kLiaisonContact}) {
      EXPECT_FALSE(BodiesOfServiceRole(role).Allows(body)) << role << " " << body;
    }
    EXPECT_EQ(BodiesOfServiceRole(role).Names(), "no event");
  }
}

TEST(EventBodiesTest, NeverAllowsAnEventWithoutBody) {
  EXPECT_FALSE(BodiesOfServiceRole(v1::POLICE).Allows(CaseEvent::BODY_NOT_SET));
}

}  // namespace
}  // namespace concordat::services
