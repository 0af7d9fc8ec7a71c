#include "auth/policy.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "auth/conditions.h"
#include "auth/config_file.h"
#include "auth/perpetrator_lock.h"
#include "base/limits.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";

v1::ReleasePolicy File() {
  v1::ReleasePolicy file;
  EXPECT_TRUE(ReadTextproto(kPolicy, &file).ok());
  return file;
}

v1::RoleRule* RoleOf(v1::ReleasePolicy* file, v1::Role role) {
  for (v1::RoleRule& rule : *file->mutable_roles()) {
    if (rule.role() == role) return &rule;
  }
  return nullptr;
}

v1::FieldRule* Rule(v1::ReleasePolicy* file, const std::string& id) {
  for (v1::FieldRule& rule : *file->mutable_rules()) {
    if (rule.id() == id) return &rule;
  }
  ADD_FAILURE() << "no rule " << id;
  return nullptr;
}

void Remove(v1::ReleasePolicy* file, const std::string& id) {
  auto* rules = file->mutable_rules();
  for (int i = 0; i < rules->size(); ++i) {
    if (rules->Get(i).id() != id) continue;
    rules->DeleteSubrange(i, 1);
    return;
  }
  ADD_FAILURE() << "no rule " << id;
}

std::string Refusal(const std::function<void(v1::ReleasePolicy*)>& damage) {
  v1::ReleasePolicy file = File();
  damage(&file);
  const absl::Status status = PolicyEngine::Compile(file).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

bool Says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const PolicyEngine& Engine() {
  static const auto* const engine = new PolicyEngine(*PolicyEngine::Load(kPolicy));
  return *engine;
}

PolicyEngine::Decision Decide(const ViewRoles& view, v1::DataClass field_class,
                              v1::Capacity capacity) {
  return Engine().Decide(view, field_class, capacity, v1::SOURCE_AGENCY_OBSERVED, ConditionSet());
}

TEST(PolicyCompileTest, RefusesAnIncompletePolicyNamingThePair) {
  EXPECT_TRUE(Says(Refusal([](auto* f) { Remove(f, "health-HOU"); }),
                   "got none for HOUSING, HEALTH, VICTIM"));
  EXPECT_TRUE(Says(Refusal([](auto* f) { Remove(f, "contact-POL-third-party"); }),
                   "got none for POLICE, CONTACT, THIRD_PARTY"));
}

TEST(PolicyCompileTest, RefusesARoleWithoutARoleRule) {
  EXPECT_TRUE(Says(Refusal([](auto* f) { f->mutable_roles()->RemoveLast(); }),
                   "got AUDITOR, want a role with a RoleRule"));
}

TEST(PolicyCompileTest, RefusesARoleThatThePolicyDoesNotMention) {
  EXPECT_TRUE(Says(Refusal([](auto* f) {
                     f->mutable_roles()->RemoveLast();
                     for (int i = f->rules_size() - 1; i >= 0; --i) {
                       if (f->rules(i).role() == v1::AUDITOR) {
                         f->mutable_rules()->DeleteSubrange(i, 1);
                       }
                     }
                   }),
                   "policy.roles: got none for AUDITOR"));
}

TEST(PolicyCompileTest, RefusesWhatIsEmptyRepeatedUnspecifiedOrUnknown) {
  const auto unknown = 99;
  const struct {
    std::string says;
    std::function<void(v1::ReleasePolicy*)> damage;
  } cases[] = {
      {"policy.version: got empty", [](auto* f) { f->clear_version(); }},
      {"rules[0].id: got empty", [](auto* f) { f->mutable_rules(0)->clear_id(); }},
      {"rules[1].id: got identity-POL, want each id once",
       [](auto* f) { f->mutable_rules(1)->set_id("identity-POL"); }},
      {"rules[0].id: got lock-r7", [](auto* f) { f->mutable_rules(0)->set_id("lock-r7"); }},
      {".role: got the number 0", [](auto* f) { f->mutable_rules(0)->clear_role(); }},
      {".role: got the number 99",
       [=](auto* f) { f->mutable_rules(0)->set_role(static_cast<v1::Role>(unknown)); }},
      {".field_class: got the number 0", [](auto* f) { f->mutable_rules(0)->clear_field_class(); }},
      {".field_class: got the number 99",
       [=](auto* f) { f->mutable_rules(0)->set_field_class(static_cast<v1::DataClass>(unknown)); }},
      {".capacity: got the number 99",
       [=](auto* f) { f->mutable_rules(0)->set_capacity(static_cast<v1::Capacity>(unknown)); }},
      {".action: got the number 0", [](auto* f) { f->mutable_rules(0)->clear_action(); }},
      {".action: got the number 4", [](auto* f) { f->mutable_rules(0)->set_action(v1::CONCEAL); }},
      {".condition: got the number 99",
       [=](auto* f) { f->mutable_rules(0)->set_condition(static_cast<v1::Condition>(unknown)); }},
      {".condition: got VICTIM_CONSENT, want none with WITHHOLD",
       [](auto* f) { Rule(f, "health-HOU")->set_condition(v1::VICTIM_CONSENT); }},
      {"got a second rule for this role, class and capacity",
       [](auto* f) {
         *f->add_rules() = *Rule(f, "identity-POL");
         f->mutable_rules(f->rules_size() - 1)->set_id("another");
       }},
      {"want VICTIM_LOCATION, which decides for a CHILD",
       [](auto* f) { Rule(f, "contact-POL-perpetrator")->set_capacity(v1::CHILD); }},
      {"roles[0].role: got the number 0", [](auto* f) { f->mutable_roles(0)->clear_role(); }},
      {"roles[1].role: got POLICE, want each role once",
       [](auto* f) { f->mutable_roles(1)->set_role(v1::POLICE); }},
      {"roles[0].purposes[0].gateway: got the number 0",
       [](auto* f) { f->mutable_roles(0)->mutable_purposes(0)->clear_gateway(); }},
      {"roles[0].purposes[1].purpose: got LAW_ENFORCEMENT, want each purpose once",
       [](auto* f) {
         *f->mutable_roles(0)->mutable_purposes(1) = f->mutable_roles(0)->purposes(0);
       }},
      {"roles[0].visible_events: got the number 0",
       [](auto* f) { f->mutable_roles(0)->add_visible_events(v1::EVENT_TYPE_UNSPECIFIED); }},
  };
  for (const auto& c : cases) {
    const std::string refusal = Refusal(c.damage);
    EXPECT_TRUE(Says(refusal, c.says)) << refusal << "\nwant: " << c.says;
  }
}

TEST(PolicyCompileTest, RefusesMoreThanALogEntryHolds) {
  EXPECT_TRUE(Says(Refusal([](auto* f) { f->set_version(std::string(kPolicyBytesMax, 'v')); }),
                   "want at most "));
}

TEST(PolicyPurposeTest, GivesGatewayAndRegimeOfARolesPurpose) {
  const v1::PurposeRule* rule = Engine().FindPurpose(v1::POLICE, v1::LAW_ENFORCEMENT);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->purpose(), v1::LAW_ENFORCEMENT);
  EXPECT_EQ(rule->gateway(), v1::COMMON_LAW_POLICING);
  EXPECT_EQ(rule->regime(), v1::PART_3);
  EXPECT_EQ(Engine().FindPurpose(v1::POLICE, v1::VICTIM_SUPPORT), nullptr);
  EXPECT_EQ(Engine().FindPurpose(v1::ROLE_UNSPECIFIED, v1::LAW_ENFORCEMENT), nullptr);
  EXPECT_EQ(Engine().FindPurpose(static_cast<v1::Role>(99), v1::LAW_ENFORCEMENT), nullptr);
}

TEST(PolicyLockTest, RefusesDriveOrProbationThatDoNotFacePerpetrators) {
  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    EXPECT_TRUE(Says(Refusal([=](auto* f) { RoleOf(f, role)->clear_faces_perpetrator(); }),
                     "faces_perpetrator: got false, want true for " + v1::Role_Name(role)));
  }
}

// Every way to open a locked class, for every role that faces perpetrators by name or by flag.
TEST(PolicyLockTest, RefusesEveryRuleThatWouldOpenALockedClass) {
  int refused = 0;
  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION, v1::HOUSING}) {
    for (v1::ReleaseAction action : {v1::RELEASE, v1::GENERALISE}) {
      for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
        for (int w = v1::Capacity_MIN; w <= v1::Capacity_MAX; ++w) {
          const auto field_class = static_cast<v1::DataClass>(c);
          const auto capacity = static_cast<v1::Capacity>(w);
          if (!IsLockedClass(field_class, capacity)) continue;
          const std::string refusal = Refusal([=](auto* f) {
            RoleOf(f, role)->set_faces_perpetrator(true);
            // What the shipped file gives this role and class gives way to the hostile rule.
            for (int i = f->rules_size() - 1; i >= 0; --i) {
              const v1::FieldRule& rule = f->rules(i);
              if (rule.role() == role) f->mutable_rules()->DeleteSubrange(i, 1);
            }
            v1::FieldRule* hostile = f->add_rules();
            hostile->set_id("hostile");
            hostile->set_role(role);
            hostile->set_field_class(field_class);
            hostile->set_capacity(capacity);
            hostile->set_action(action);
          });
          EXPECT_TRUE(Says(refusal, "(hostile).action: got " + v1::ReleaseAction_Name(action) +
                                        ", want WITHHOLD (R7) of "))
              << refusal;
          ++refused;
        }
      }
    }
  }
  EXPECT_EQ(refused, 3 * 2 * (3 * 5 + 3 * 3));
}

TEST(PolicyLockTest, RefusesLiaisonContactsForAPerpetratorFacingRole) {
  EXPECT_TRUE(Says(Refusal([](auto* f) {
                     RoleOf(f, v1::PROBATION)->add_visible_events(v1::LIAISON_CONTACT_EVENT);
                   }),
                   "got LIAISON_CONTACT_EVENT, want none that R7 locks for PROBATION"));
}

// The lock answers before the tables are read: its own rule id and reason, not the file's.
TEST(PolicyLockTest, DecidesAboveTheFile) {
  for (v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    for (const ViewRoles& view : {ViewRoles{{role}}, ViewRoles{{v1::VICTIM_SERVICE, role}},
                                  ViewRoles{{role, v1::POLICE}}}) {
      for (int c = v1::DataClass_MIN; c <= v1::DataClass_MAX + 1; ++c) {
        for (int w = v1::Capacity_MIN; w <= v1::Capacity_MAX + 1; ++w) {
          const auto field_class = static_cast<v1::DataClass>(c);
          const auto capacity = static_cast<v1::Capacity>(w);
          const auto decision = Decide(view, field_class, capacity);
          const bool locked = decision.reason == v1::PERPETRATOR_FACING;
          EXPECT_EQ(locked, IsLockedClass(field_class, capacity)) << c << " " << w;
          if (!locked) continue;
          EXPECT_EQ(decision.action, v1::WITHHOLD);
          EXPECT_EQ(decision.rule_id, PolicyEngine::kLockRuleId);
        }
      }
    }
  }
}

TEST(PolicyLockTest, LocksAnyRoleThatTheFileFlags) {
  v1::ReleasePolicy file = File();
  RoleOf(&file, v1::EVALUATOR)->set_faces_perpetrator(true);
  Rule(&file, "substance-EVA")->set_action(v1::WITHHOLD);  // As R7 then wants it.
  const auto engine = PolicyEngine::Compile(file);
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_TRUE(engine->FacesPerpetrator({{v1::POLICE, v1::EVALUATOR}}));
  EXPECT_EQ(engine
                ->Decide({{v1::EVALUATOR}}, v1::HEALTH, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                         ConditionSet())
                .reason,
            v1::PERPETRATOR_FACING);
}

TEST(PolicyLockTest, WithholdsEveryClassOfAnEventThatAVictimOrChildTold) {
  for (int c = v1::DataClass_MIN; c <= v1::DataClass_MAX; ++c) {
    for (int source : {0, 1, 2, 99}) {
      const auto decision =
          Engine().Decide({{v1::PROBATION}}, static_cast<v1::DataClass>(c), v1::PERPETRATOR,
                          static_cast<v1::SourceClass>(source), ConditionSet());
      EXPECT_EQ(decision.reason, v1::PERPETRATOR_FACING) << c << " " << source;
    }
  }
}

TEST(PolicyDecideTest, WithholdsAClassThatHasNoneOrIsNewToThisBuild) {
  for (int c : {-1, 0, v1::DataClass_MAX + 1, 1000}) {
    const auto decision = Decide({{v1::POLICE}}, static_cast<v1::DataClass>(c), v1::PERPETRATOR);
    EXPECT_EQ(decision.action, v1::WITHHOLD) << c;
    EXPECT_EQ(decision.reason, v1::NO_CLASS) << c;
  }
}

TEST(PolicyDecideTest, WithholdsAndConcealsEverythingForNoRoleOrAnUnknownOne) {
  for (const ViewRoles& view :
       {ViewRoles{}, ViewRoles{{v1::ROLE_UNSPECIFIED}}, ViewRoles{{static_cast<v1::Role>(99)}},
        ViewRoles{{static_cast<v1::Role>(-1)}}, ViewRoles{{v1::POLICE, static_cast<v1::Role>(99)}},
        ViewRoles{{v1::ROLE_UNSPECIFIED, v1::POLICE}}}) {
    for (int c = v1::DataClass_MIN; c <= v1::DataClass_MAX; ++c) {
      EXPECT_EQ(Decide(view, static_cast<v1::DataClass>(c), v1::PERPETRATOR).action, v1::WITHHOLD);
    }
    for (int type = v1::EventType_MIN; type <= v1::EventType_MAX; ++type) {
      EXPECT_EQ(Engine()
                    .DecideRow(view, static_cast<v1::EventType>(type), v1::SOURCE_PUBLIC_RECORD)
                    .action,
                v1::CONCEAL);
    }
    EXPECT_EQ(Engine().NeverReleased(view).size(), static_cast<size_t>(v1::DataClass_MAX));
  }
}

TEST(PolicyDecideTest, AnUnknownCapacityIsTheVictims) {
  for (int w : {0, -1, 99}) {
    EXPECT_EQ(Decide({{v1::POLICE}}, v1::CONTACT, static_cast<v1::Capacity>(w)).rule_id,
              "location-POL");
  }
  EXPECT_EQ(Decide({{v1::POLICE}}, v1::CONTACT, v1::CHILD).rule_id, "location-POL");
  EXPECT_EQ(Decide({{v1::POLICE}}, v1::CONTACT, v1::PERPETRATOR).rule_id,
            "contact-POL-perpetrator");
}

TEST(PolicyDecideTest, ARuleWithACapacityGoesBeforeOneWithoutInEitherOrder) {
  v1::ReleasePolicy reversed = File();
  for (int i = 0, j = reversed.rules_size() - 1; i < j; ++i, --j) {
    reversed.mutable_rules()->SwapElements(i, j);
  }
  const auto engine = PolicyEngine::Compile(reversed);
  ASSERT_TRUE(engine.ok()) << engine.status();
  for (const PolicyEngine* each : {&Engine(), &*engine}) {
    EXPECT_EQ(each->Decide({{v1::PROBATION}}, v1::IDENTITY, v1::PERPETRATOR,
                           v1::SOURCE_AGENCY_OBSERVED, ConditionSet())
                  .rule_id,
              "identity-PRB-perpetrator");
    EXPECT_EQ(each->Decide({{v1::PROBATION}}, v1::IDENTITY, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                           ConditionSet())
                  .rule_id,
              "identity-PRB");
  }
}

TEST(PolicyDecideTest, TheStricterOfTwoRolesDecidesInEitherOrder) {
  for (const ViewRoles& view : {ViewRoles{{v1::MARAC_COORDINATOR, v1::HOUSING}},
                                ViewRoles{{v1::HOUSING, v1::MARAC_COORDINATOR}}}) {
    EXPECT_EQ(Decide(view, v1::IDENTITY, v1::VICTIM).rule_id, "identity-HOU");
    EXPECT_EQ(Decide(view, v1::HEALTH, v1::VICTIM).rule_id, "health-HOU");
    EXPECT_EQ(Engine().DecideRow(view, v1::CUSTODY_CHANGE_EVENT, v1::SOURCE_PUBLIC_RECORD).action,
              v1::CONCEAL);
  }
}

TEST(PolicyDecideTest, AnUnmetConditionWithholdsWithItsReason) {
  const struct {
    v1::Role role;
    v1::DataClass field_class;
    v1::Condition condition;
    v1::ReasonCode reason;
  } cases[] = {
      {v1::VICTIM_SERVICE, v1::HEALTH, v1::VICTIM_CONSENT, v1::CONSENT_NEEDED},
      {v1::VICTIM_SERVICE, v1::INTELLIGENCE, v1::INTELLIGENCE_HANDLING_P, v1::HANDLING_CONDITIONS},
      {v1::CHILDRENS_SOCIAL_CARE, v1::HEALTH, v1::CHILD_ENQUIRY_OPEN, v1::ENQUIRY_NOT_OPEN},
      {v1::POLICE, v1::HEALTH, v1::HIGH_RISK_CASE, v1::RISK_NOT_HIGH},
  };
  for (const auto& c : cases) {
    const auto unmet = Decide({{c.role}}, c.field_class, v1::VICTIM);
    EXPECT_EQ(unmet.action, v1::WITHHOLD) << c.reason;
    EXPECT_EQ(unmet.reason, c.reason);
    ConditionSet conditions;
    conditions.Add(c.condition);
    const auto met = Engine().Decide({{c.role}}, c.field_class, v1::VICTIM,
                                     v1::SOURCE_AGENCY_OBSERVED, conditions);
    EXPECT_EQ(met.action, v1::RELEASE) << c.reason;
    EXPECT_EQ(met.rule_id, unmet.rule_id);
  }
}

TEST(PolicyDecideTest, RuleIdsOutliveAMove) {
  PolicyEngine first = *PolicyEngine::Load(kPolicy);
  const auto decision = first.Decide({{v1::POLICE}}, v1::RISK, v1::VICTIM,
                                     v1::SOURCE_AGENCY_OBSERVED, ConditionSet());
  const PolicyEngine second = std::move(first);
  EXPECT_EQ(decision.rule_id, "risk-POL");
  EXPECT_EQ(second.version(), Engine().version());
  EXPECT_EQ(second.digest(), Engine().digest());
}

TEST(PolicyNeverReleasedTest, ListsForAPerpetratorsSideWhatItIsNeverGiven) {
  const std::vector<v1::DataClass> locked = {v1::VICTIM_LOCATION, v1::SAFETY_PLAN,
                                             v1::VICTIM_DISCLOSURE};
  EXPECT_EQ(Engine().NeverReleased({{v1::DRIVE_CASE_MANAGER}}), locked);
  EXPECT_EQ(Engine().NeverReleased({{v1::PROBATION}}), locked);
  EXPECT_EQ(Engine().NeverReleased({{v1::VICTIM_SERVICE, v1::PROBATION}}), locked);
}

TEST(PolicyNeverReleasedTest, LeavesOutWhatACaseMayStillGive) {
  EXPECT_TRUE(Engine().NeverReleased({{v1::VICTIM_SERVICE}}).empty());
  EXPECT_TRUE(Engine().NeverReleased({{v1::POLICE}}).empty());
  EXPECT_EQ(Engine().NeverReleased({{v1::HEALTH_SERVICE}}),
            (std::vector<v1::DataClass>{v1::INTELLIGENCE, v1::PERPETRATOR_INTERVENTION}));
}

}  // namespace
}  // namespace concordat::auth
