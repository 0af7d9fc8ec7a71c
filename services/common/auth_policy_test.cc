#include "services/common/auth_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace concordat::services {
namespace {

constexpr std::string_view kAll[] = {"concordat.v1.Ledger", "concordat.v1.Police",
                                     "concordat.v1.Social", "concordat.v1.Marac",
                                     "concordat.v1.Victim", "concordat.v1.Governance"};

std::string Refusal(const std::vector<std::string_view>& services,
                    const std::vector<MethodRule>& rules) {
  const auto table = AuthPolicyTable::Create(services, rules);
  if (table.ok()) return "ok";
  EXPECT_EQ(table.status().code(), absl::StatusCode::kFailedPrecondition);
  return std::string(table.status().message());
}

TEST(AuthPolicyTest, RefusesToStartWithAMethodThatHasNoPolicy) {
  for (const MethodRule& forgotten : ConcordatRules()) {
    std::vector<MethodRule> rules = ConcordatRules();
    rules.erase(std::remove_if(rules.begin(), rules.end(),
                               [&](const MethodRule& r) { return r.method == forgotten.method; }),
                rules.end());
    EXPECT_EQ(Refusal({std::begin(kAll), std::end(kAll)}, rules),
              "authentication policy: got no rule for " + forgotten.method + ", want one");
  }
}

TEST(AuthPolicyTest, RefusesARuleForAMethodThatDoesNotExist) {
  for (const char* method :
       {"/concordat.v1.Police/Nothing", "/concordat.v1.Nothing/ReadCase", "ReadCase", "",
        "/concordat.v1.Police", "concordat.v1.Police/ReadCase", "/concordat.v1.Police/ReadCase/"}) {
    std::vector<MethodRule> rules = ConcordatRules();
    rules.push_back({method, AuthPolicy::kAgency, {v1::POLICE}});
    EXPECT_EQ(Refusal({"concordat.v1.Police"}, rules),
              std::string("authentication policy: got a rule for ") + method +
                  ", want an existing method");
  }
}

TEST(AuthPolicyTest, RefusesTwoRulesForOneMethod) {
  std::vector<MethodRule> rules = ConcordatRules();
  rules.push_back(rules.front());
  EXPECT_EQ(Refusal({}, rules),
            "authentication policy: got two rules for /concordat.v1.Ledger/Append, want one");
}

TEST(AuthPolicyTest, RefusesARuleThatAllowsNobodyOrLetsOthersAudit) {
  std::vector<MethodRule> rules = ConcordatRules();
  rules.back().roles.clear();
  EXPECT_EQ(
      Refusal({}, rules),
      "authentication policy: got no role for /concordat.v1.Victim/ReadCase, want at least one");
  rules.back().roles = {v1::POLICE, v1::AUDITOR};
  rules.back().policy = AuthPolicy::kAuditor;
  EXPECT_EQ(Refusal({}, rules),
            "authentication policy: got POLICE or AUDITOR for /concordat.v1.Victim/ReadCase, want "
            "AUDITOR alone");
}

TEST(AuthPolicyTest, RefusesARuleThatSaysNothingOfPersons) {
  std::vector<MethodRule> rules = ConcordatRules();
  rules.back().person = PersonPolicy::kUnstated;
  EXPECT_EQ(Refusal({}, rules),
            "authentication policy: got nothing of persons for /concordat.v1.Victim/ReadCase, want "
            "whether one must be behind it");
}

// The two doors of one call ask the same of a person, and what a person alone can answer for asks
// for one who has just proved to be there.
TEST(AuthPolicyTest, AsksForTheSamePersonAtTheLedgerAsInFrontOfIt) {
  const auto table =
      AuthPolicyTable::ForServices({"concordat.v1.Ledger", "concordat.v1.Governance"});
  ASSERT_TRUE(table.ok());
  for (const MethodRule& rule : ConcordatRules()) {
    const std::string method = rule.method.substr(rule.method.rfind('/'));
    const MethodRule* door = table->Find("/concordat.v1.Governance" + method);
    if (door != nullptr) {
      EXPECT_EQ(table->Find("/concordat.v1.Ledger" + method)->person, door->person) << method;
    }
    const bool fresh =
        method == "/BreakGlass" || method == "/RequestApproval" || method == "/GiveApproval";
    EXPECT_EQ(rule.person == PersonPolicy::kFresh, fresh) << rule.method;
    if (method == "/ReadCase" || method == "/PullCaseHistory") {
      EXPECT_EQ(rule.person, PersonPolicy::kPerson) << rule.method;
    }
  }
}

TEST(AuthPolicyTest, RefusesAServiceThatDoesNotExist) {
  EXPECT_EQ(Refusal({"concordat.v1.Nothing"}, ConcordatRules()),
            "authentication policy: got service concordat.v1.Nothing, want an existing one");
}

TEST(AuthPolicyTest, FindsOnlyMethodsThatAreServed) {
  const auto table = AuthPolicyTable::ForServices({"concordat.v1.Police"});
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_NE(table->Find("/concordat.v1.Police/ReadCase"), nullptr);
  EXPECT_EQ(table->Find("/concordat.v1.Police/ReadCase")->policy, AuthPolicy::kAgency);
  EXPECT_EQ(table->Find("/concordat.v1.Victim/ReadCase"), nullptr);
  EXPECT_EQ(table->Find("/concordat.v1.Police/Nothing"), nullptr);
  EXPECT_EQ(table->Find(""), nullptr);
}

TEST(AuthPolicyTest, CoversEveryServiceThatThereIs) {
  EXPECT_TRUE(AuthPolicyTable::ForServices(kAll).ok());
}

TEST(AuthPolicyTest, LetsNeitherEvaluatorsNorAuditorsNearACase) {
  for (const MethodRule& rule : ConcordatRules()) {
    if (rule.policy == AuthPolicy::kAuditor) continue;
    for (const v1::Role role : rule.roles) {
      EXPECT_NE(role, v1::EVALUATOR) << rule.method;
      EXPECT_NE(role, v1::AUDITOR) << rule.method;
    }
  }
}

TEST(AuthPolicyTest, LetsNobodyOnThePerpetratorsSideEraseAndOnlyThePoliceHoldEvidence) {
  for (const MethodRule& rule : ConcordatRules()) {
    if (rule.method.find("Erasure") != std::string::npos) {
      for (const v1::Role role : rule.roles) {
        EXPECT_NE(role, v1::DRIVE_CASE_MANAGER) << rule.method;
        EXPECT_NE(role, v1::PROBATION) << rule.method;
      }
    }
    if (rule.method.find("EvidenceHold") != std::string::npos) {
      EXPECT_EQ(rule.roles, std::vector<v1::Role>{v1::POLICE}) << rule.method;
    }
    // Whoever seals shuts another out, alone: an abuser in any agency could keep the police away.
    if (rule.method.find("SealCase") != std::string::npos) {
      EXPECT_EQ(rule.roles, (std::vector<v1::Role>{v1::POLICE, v1::MARAC_COORDINATOR}))
          << rule.method;
    }
  }
}

// Who may ask the role service may be stated to the ledger, and nobody else.
TEST(AuthPolicyTest, GovernanceAdmitsTheSameRolesAtTheLedgerAsAtItsOwnDoor) {
  const auto table = AuthPolicyTable::ForServices(kAll);
  ASSERT_TRUE(table.ok()) << table.status();
  for (const char* method : {"GetRelease", "ConfirmRelease", "SetEvidenceHold", "SealCase",
                             "RequestErasure", "ApproveErasure"}) {
    const MethodRule* door = table->Find(std::string("/concordat.v1.Governance/") + method);
    const MethodRule* ledger = table->Find(std::string("/concordat.v1.Ledger/") + method);
    ASSERT_TRUE(door != nullptr && ledger != nullptr) << method;
    EXPECT_EQ(door->roles, ledger->roles) << method;
    EXPECT_EQ(door->policy, AuthPolicy::kAgency) << method;
    EXPECT_EQ(ledger->policy, AuthPolicy::kRoleServiceOnBehalf) << method;
    for (const v1::Role role : door->roles) EXPECT_TRUE(MayActFor(v1::MARAC_COORDINATOR, role));
  }
}

TEST(AuthPolicyTest, LetsAServiceActForItsOwnRolesAlone) {
  EXPECT_TRUE(MayActFor(v1::POLICE, v1::POLICE));
  EXPECT_TRUE(MayActFor(v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE));
  EXPECT_TRUE(MayActFor(v1::MARAC_COORDINATOR, v1::HOUSING));
  EXPECT_TRUE(MayActFor(v1::MARAC_COORDINATOR, v1::PROBATION));
  EXPECT_FALSE(MayActFor(v1::VICTIM_SERVICE, v1::POLICE));
  EXPECT_FALSE(MayActFor(v1::POLICE, v1::VICTIM_SERVICE));
  EXPECT_FALSE(MayActFor(v1::CHILDRENS_SOCIAL_CARE, v1::HEALTH_SERVICE));
  EXPECT_FALSE(MayActFor(v1::MARAC_COORDINATOR, v1::EVALUATOR));
  EXPECT_FALSE(MayActFor(v1::MARAC_COORDINATOR, v1::AUDITOR));
  EXPECT_FALSE(MayActFor(v1::MARAC_COORDINATOR, v1::ROLE_UNSPECIFIED));
  EXPECT_FALSE(MayActFor(v1::MARAC_COORDINATOR, static_cast<v1::Role>(77)));
  EXPECT_FALSE(MayActFor(v1::AUDITOR, v1::AUDITOR));
  EXPECT_FALSE(MayActFor(v1::PROBATION, v1::PROBATION));
}

}  // namespace
}  // namespace concordat::services
