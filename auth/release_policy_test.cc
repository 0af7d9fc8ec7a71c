// The shipped policy, against the release matrix that the partner agencies read: one letter a cell.
#include <set>
#include <string>
#include <string_view>

#include "auth/conditions.h"
#include "auth/policy.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

const PolicyEngine& Engine() {
  static const auto* const engine =
      new PolicyEngine(*PolicyEngine::Load("deploy/policy/release-policy.textproto"));
  return *engine;
}

constexpr v1::Role kColumns[] = {v1::POLICE,
                                 v1::CHILDRENS_SOCIAL_CARE,
                                 v1::ADULT_SOCIAL_CARE,
                                 v1::MARAC_COORDINATOR,
                                 v1::VICTIM_SERVICE,
                                 v1::DRIVE_CASE_MANAGER,
                                 v1::PROBATION,
                                 v1::HEALTH_SERVICE,
                                 v1::HOUSING,
                                 v1::EVALUATOR,
                                 v1::AUDITOR};

// A: released. R: generalised. C: withheld until a condition holds. D: withheld. For PROBATION,
// vdisclosure is D where the matrix has R: R7 stands above it.
struct Row {
  v1::DataClass field_class;
  v1::Capacity capacity;
  std::string_view decisions;  // By kColumns.
};
constexpr Row kMatrix[] = {
    {v1::IDENTITY, v1::VICTIM, "AAAAARRRRDR"},
    {v1::IDENTITY, v1::CHILD, "AAAAARRRRDR"},
    {v1::IDENTITY, v1::PERPETRATOR, "AAAAAAARRDR"},
    {v1::IDENTITY, v1::THIRD_PARTY, "AAAAADDRRDR"},
    {v1::CONTACT, v1::VICTIM, "CCCRADDCCDD"},
    {v1::CONTACT, v1::CHILD, "CCCRADDCCDD"},
    {v1::CONTACT, v1::PERPETRATOR, "AACRAAACDDD"},
    {v1::CONTACT, v1::THIRD_PARTY, "CCCRADDCDDD"},
    {v1::VICTIM_LOCATION, v1::VICTIM, "CCCRADDCCDD"},
    {v1::SAFETY_PLAN, v1::VICTIM, "RRRRADDCRDD"},
    {v1::VICTIM_DISCLOSURE, v1::VICTIM, "CCCRADDCDDD"},
    {v1::CHILDREN, v1::VICTIM, "AARAARRCRRD"},
    {v1::INTELLIGENCE, v1::VICTIM, "ACCRCCCDDDR"},
    {v1::OFFENCES, v1::PERPETRATOR, "AARARAARRRR"},
    {v1::HEALTH, v1::VICTIM, "CCCRCDDADDD"},
    {v1::HEALTH, v1::CHILD, "CCCRCDDADDD"},
    {v1::HEALTH, v1::PERPETRATOR, "CCCRCCAADDD"},
    {v1::SUBSTANCE, v1::VICTIM, "CCCRCDDADRD"},
    {v1::SUBSTANCE, v1::PERPETRATOR, "CCCRCCAADRD"},
    {v1::RISK, v1::PERPETRATOR, "AAAAARRRRRR"},
    {v1::ACTIONS, v1::VICTIM, "AAAAARRRRRR"},
    {v1::PERPETRATOR_INTERVENTION, v1::VICTIM, "CCDRAAADRRR"},
    {v1::STAFF, v1::VICTIM, "AAAAARRAADR"},
    {v1::REFERENCE, v1::VICTIM, "AAAAAAAAADA"},
};

char Letter(const PolicyEngine::Decision& decision) {
  switch (decision.action) {
    case v1::RELEASE:
      return 'A';
    case v1::GENERALISE:
      return 'R';
    default:
      return decision.reason == v1::NOT_NEEDED_FOR_ROLE || decision.reason == v1::PERPETRATOR_FACING
                 ? 'D'
                 : 'C';
  }
}

TEST(ReleasePolicyTest, IsTheMatrixCellByCell) {
  for (const Row& row : kMatrix) {
    ASSERT_EQ(row.decisions.size(), std::size(kColumns));
    for (size_t i = 0; i < std::size(kColumns); ++i) {
      const auto decision = Engine().Decide({{kColumns[i]}}, row.field_class, row.capacity,
                                            v1::SOURCE_AGENCY_OBSERVED, ConditionSet());
      EXPECT_EQ(Letter(decision), row.decisions[i])
          << v1::DataClass_Name(row.field_class) << " of " << v1::Capacity_Name(row.capacity)
          << " for " << v1::Role_Name(kColumns[i]) << " by " << decision.rule_id;
    }
  }
}

TEST(ReleasePolicyTest, TheMatrixHasEveryClass) {
  std::set<int> classes;
  for (const Row& row : kMatrix) classes.insert(row.field_class);
  EXPECT_EQ(classes.size(), static_cast<size_t>(v1::DataClass_MAX));
}

std::string Events(v1::Role role) {
  std::string letters;
  for (int type = v1::EventType_MIN; type <= v1::EventType_MAX; ++type) {
    const auto decision =
        Engine().DecideRow({{role}}, static_cast<v1::EventType>(type), v1::SOURCE_AGENCY_OBSERVED);
    if (decision.action == v1::RELEASE) letters += "?IRMSCLX"[type];
  }
  return letters;
}

// Incident, Risk assessment, Marac referral, Social care contact, Custody change, Liaison contact,
// correction (X).
TEST(ReleasePolicyTest, ShowsEachRoleItsKindsOfEvents) {
  for (v1::Role role : {v1::POLICE, v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE,
                        v1::MARAC_COORDINATOR, v1::VICTIM_SERVICE}) {
    EXPECT_EQ(Events(role), "IRMSCLX") << v1::Role_Name(role);
  }
  EXPECT_EQ(Events(v1::DRIVE_CASE_MANAGER), "IRMCX");
  EXPECT_EQ(Events(v1::PROBATION), "IRMCX");
  EXPECT_EQ(Events(v1::HEALTH_SERVICE), "IRM");
  EXPECT_EQ(Events(v1::HOUSING), "IRM");
  EXPECT_EQ(Events(v1::EVALUATOR), "");
  EXPECT_EQ(Events(v1::AUDITOR), "");
}

TEST(ReleasePolicyTest, ConcealsFromAPerpetratorsSideWhatAVictimOrChildTold) {
  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    for (v1::SourceClass source :
         {v1::SOURCE_CLASS_UNSPECIFIED, v1::SOURCE_VICTIM, v1::SOURCE_CHILD}) {
      for (int type = v1::EventType_MIN; type <= v1::EventType_MAX; ++type) {
        const auto row = Engine().DecideRow({{role}}, static_cast<v1::EventType>(type), source);
        EXPECT_EQ(row.action, v1::CONCEAL);
        EXPECT_EQ(row.reason, v1::PERPETRATOR_FACING);
      }
    }
  }
}

TEST(ReleasePolicyTest, AllowsEachRoleItsOwnPurposesAndNoOther) {
  const struct {
    v1::Role role;
    std::set<v1::Purpose> purposes;
  } rows[] = {
      {v1::POLICE, {v1::LAW_ENFORCEMENT, v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::CHILDRENS_SOCIAL_CARE,
       {v1::CHILD_SAFEGUARDING, v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::ADULT_SOCIAL_CARE, {v1::ADULT_SAFEGUARDING, v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::MARAC_COORDINATOR, {v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::VICTIM_SERVICE, {v1::VICTIM_SUPPORT, v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::DRIVE_CASE_MANAGER, {v1::PERPETRATOR_MANAGEMENT}},
      {v1::PROBATION, {v1::PERPETRATOR_MANAGEMENT}},
      {v1::HEALTH_SERVICE, {v1::HEALTH_CARE, v1::MARAC_MEETING, v1::INFORMATION_RIGHTS}},
      {v1::HOUSING, {v1::HOUSING_SAFETY, v1::INFORMATION_RIGHTS}},
      {v1::EVALUATOR, {}},
      {v1::AUDITOR,
       {v1::VERIFY_LAWFULNESS, v1::SELF_MONITORING, v1::INTEGRITY_AND_SECURITY,
        v1::CRIMINAL_PROCEEDINGS}},
      {v1::ROLE_UNSPECIFIED, {}},
      {static_cast<v1::Role>(99), {}},
  };
  for (const auto& row : rows) {
    for (int p = v1::Purpose_MIN - 1; p <= v1::Purpose_MAX + 1; ++p) {
      const auto purpose = static_cast<v1::Purpose>(p);
      EXPECT_EQ(Engine().AllowsPurpose(row.role, purpose), row.purposes.count(purpose) == 1)
          << row.role << " " << p;
    }
  }
}

}  // namespace
}  // namespace concordat::auth
