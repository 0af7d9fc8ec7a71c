#include "auth/legal_basis.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace concordat::auth {
namespace {

std::string Check(v1::Role role, v1::Purpose purpose, v1::LegalGateway gateway, v1::Regime regime) {
  v1::PurposeRule rule;
  rule.set_purpose(purpose);
  rule.set_gateway(gateway);
  rule.set_regime(regime);
  const absl::Status status = CheckPurposeRule(role, rule, "p");
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

TEST(LegalBasisTest, RefusesAPurposeWithoutGatewayOrRegime) {
  EXPECT_EQ(Check(v1::POLICE, v1::PURPOSE_UNSPECIFIED, v1::COMMON_LAW_POLICING, v1::PART_3),
            "p.purpose: got the number 0, want a purpose");
  EXPECT_EQ(Check(v1::POLICE, static_cast<v1::Purpose>(99), v1::COMMON_LAW_POLICING, v1::PART_3),
            "p.purpose: got the number 99, want a purpose");
  EXPECT_EQ(Check(v1::POLICE, v1::LAW_ENFORCEMENT, v1::GATEWAY_UNSPECIFIED, v1::PART_3),
            "p.gateway: got the number 0, want a legal gateway");
  EXPECT_EQ(Check(v1::POLICE, v1::LAW_ENFORCEMENT, static_cast<v1::LegalGateway>(99), v1::PART_3),
            "p.gateway: got the number 99, want a legal gateway");
  EXPECT_EQ(Check(v1::POLICE, v1::LAW_ENFORCEMENT, v1::COMMON_LAW_POLICING, v1::REGIME_UNSPECIFIED),
            "p.regime: got the number 0, want PART_3 or UK_GDPR");
  EXPECT_EQ(
      Check(v1::POLICE, v1::LAW_ENFORCEMENT, v1::COMMON_LAW_POLICING, static_cast<v1::Regime>(99)),
      "p.regime: got the number 99, want PART_3 or UK_GDPR");
}

TEST(LegalBasisTest, OnlyCompetentAuthoritiesProcessUnderPart3) {
  EXPECT_EQ(Check(v1::VICTIM_SERVICE, v1::VICTIM_SUPPORT, v1::COMMON_LAW_POLICING, v1::PART_3),
            "p.regime: got PART_3, want UK_GDPR for VICTIM_SERVICE, which is no competent "
            "authority");
  for (int r = v1::Role_MIN; r <= v1::Role_MAX; ++r) {
    const auto role = static_cast<v1::Role>(r);
    const bool competent = role == v1::POLICE || role == v1::PROBATION;
    EXPECT_EQ(Check(role, v1::MARAC_MEETING, v1::COMMON_LAW_POLICING, v1::PART_3).empty(),
              competent)
        << v1::Role_Name(role);
    EXPECT_EQ(Check(role, v1::MARAC_MEETING, v1::COMMON_LAW_POLICING, v1::UK_GDPR), "")
        << v1::Role_Name(role);
  }
}

TEST(LegalBasisTest, Section115DoesNotReachCharitiesOrLandlords) {
  EXPECT_EQ(Check(v1::VICTIM_SERVICE, v1::MARAC_MEETING, v1::CRIME_AND_DISORDER_ACT_1998_S115,
                  v1::UK_GDPR),
            "p.gateway: got CRIME_AND_DISORDER_ACT_1998_S115, want another for VICTIM_SERVICE, "
            "which may be no relevant authority");
  for (const v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::HOUSING, v1::EVALUATOR, v1::AUDITOR}) {
    EXPECT_NE(Check(role, v1::MARAC_MEETING, v1::CRIME_AND_DISORDER_ACT_1998_S115, v1::UK_GDPR), "")
        << v1::Role_Name(role);
  }
  for (const v1::Role role : {v1::POLICE, v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE,
                              v1::MARAC_COORDINATOR, v1::PROBATION, v1::HEALTH_SERVICE}) {
    EXPECT_EQ(Check(role, v1::MARAC_MEETING, v1::CRIME_AND_DISORDER_ACT_1998_S115, v1::UK_GDPR), "")
        << v1::Role_Name(role);
  }
}

TEST(LegalBasisTest, ReadingTheLogIsForItsFourPurposesAndNoOther) {
  int log_purposes = 0;
  for (int p = v1::Purpose_MIN + 1; p <= v1::Purpose_MAX; ++p) {
    const auto purpose = static_cast<v1::Purpose>(p);
    log_purposes += IsLogPurpose(purpose) ? 1 : 0;
    EXPECT_EQ(Check(v1::AUDITOR, purpose, v1::DATA_PROTECTION_ACT_2018_S62, v1::UK_GDPR).empty(),
              IsLogPurpose(purpose))
        << v1::Purpose_Name(purpose);
    EXPECT_EQ(Check(v1::POLICE, purpose, v1::DATA_PROTECTION_ACT_2018_S47, v1::PART_3).empty(),
              purpose == v1::INFORMATION_RIGHTS)
        << v1::Purpose_Name(purpose);
  }
  EXPECT_EQ(log_purposes, 4);
  EXPECT_EQ(Check(v1::AUDITOR, v1::SELF_MONITORING, v1::COMMON_LAW_POLICING, v1::UK_GDPR),
            "p.gateway: got COMMON_LAW_POLICING, want DATA_PROTECTION_ACT_2018_S62 for "
            "SELF_MONITORING");
  EXPECT_EQ(Check(v1::POLICE, v1::LAW_ENFORCEMENT, v1::DATA_PROTECTION_ACT_2018_S62, v1::PART_3),
            "p.gateway: got DATA_PROTECTION_ACT_2018_S62, want another than "
            "DATA_PROTECTION_ACT_2018_S62 for LAW_ENFORCEMENT");
}

}  // namespace
}  // namespace concordat::auth
