// What a grant opens: two persons' approval that condition alone, broken glass what the role's own
// rule lifts; nothing for who faces perpetrators, and never where a victim is.
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "auth/conditions.h"
#include "auth/config_file.h"
#include "auth/policy.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

v1::ReleasePolicy File() {
  v1::ReleasePolicy file;
  EXPECT_TRUE(ReadTextproto("deploy/policy/release-policy.textproto", &file).ok());
  return file;
}

v1::BreakGlassRule* RuleOf(v1::ReleasePolicy* file, v1::Role role) {
  for (v1::BreakGlassRule& rule : *file->mutable_break_glass()) {
    if (rule.role() == role) return &rule;
  }
  return nullptr;
}

std::string Refusal(const std::function<void(v1::ReleasePolicy*)>& damage) {
  v1::ReleasePolicy file = File();
  damage(&file);
  const absl::Status status = PolicyEngine::Compile(file).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

bool Refuses(const std::string& field, const std::function<void(v1::ReleasePolicy*)>& damage) {
  const std::string text = Refusal(damage);
  EXPECT_EQ(text.find("policy.break_glass["), 0u) << text;
  return text.find(field) != std::string::npos;
}

ConditionSet By(v1::GrantKind grant) {
  ConditionSet conditions;
  conditions.SetGrant(grant);
  return conditions;
}

// Every cell of the view that is open in one way and not in the other.
int Opened(const PolicyEngine& engine, const ViewRoles& view, v1::GrantKind grant,
           const std::function<void(v1::DataClass, v1::Capacity)>& visit) {
  int opened = 0;
  for (int c = v1::DataClass_MIN; c <= v1::DataClass_MAX; ++c) {
    for (int w = v1::Capacity_MIN; w <= v1::Capacity_MAX; ++w) {
      for (int s = v1::SourceClass_MIN; s <= v1::SourceClass_MAX; ++s) {
        const auto field_class = static_cast<v1::DataClass>(c);
        const auto capacity = static_cast<v1::Capacity>(w);
        const auto source = static_cast<v1::SourceClass>(s);
        const auto without = engine.Decide(view, field_class, capacity, source, {});
        const auto with = engine.Decide(view, field_class, capacity, source, By(grant));
        EXPECT_LE(with.action, without.action);
        if (with.action == without.action) continue;
        ++opened;
        visit(field_class, capacity);
      }
    }
  }
  return opened;
}

TEST(BreakGlassTest, RefusesRulesThatCouldNotBeMeant) {
  EXPECT_TRUE(Refuses(".role", [](auto* f) { f->mutable_break_glass(0)->clear_role(); }));
  EXPECT_TRUE(Refuses(
      ".role", [](auto* f) { f->mutable_break_glass(0)->set_role(static_cast<v1::Role>(99)); }));
  EXPECT_TRUE(
      Refuses("each role once", [](auto* f) { *f->add_break_glass() = f->break_glass(0); }));
  EXPECT_TRUE(Refuses(".why", [](auto* f) { f->mutable_break_glass(0)->clear_why(); }));
  EXPECT_TRUE(Refuses("opens nothing", [](auto* f) {
    f->mutable_break_glass(0)->clear_lifts();
    f->mutable_break_glass(0)->set_without_party(false);
  }));
  for (const int condition : {0, static_cast<int>(v1::TWO_PERSON_APPROVAL), 99, -1}) {
    EXPECT_TRUE(Refuses(".lifts", [=](auto* f) {
      f->mutable_break_glass(0)->add_lifts(static_cast<v1::Condition>(condition));
    })) << condition;
  }
}

TEST(BreakGlassTest, NobodyWhoFacesPerpetratorsMayBreakIt) {
  for (const v1::Role role : {v1::DRIVE_CASE_MANAGER, v1::PROBATION}) {
    EXPECT_TRUE(Refuses("R7", [=](auto* f) { f->mutable_break_glass(0)->set_role(role); }));
  }
  // Also a role that this file alone makes one.
  EXPECT_TRUE(Refuses("R7", [](auto* f) {
    for (v1::RoleRule& role : *f->mutable_roles()) {
      if (role.role() == v1::DRIVE_CASE_MANAGER) continue;
      if (role.role() == v1::HOUSING) role.set_faces_perpetrator(true);
    }
    for (v1::FieldRule& rule : *f->mutable_rules()) {
      if (rule.role() != v1::HOUSING) continue;
      rule.set_action(v1::WITHHOLD);
      rule.clear_condition();
    }
    for (v1::RoleRule& role : *f->mutable_roles()) {
      if (role.role() == v1::HOUSING) role.clear_visible_events();
    }
    f->mutable_break_glass(0)->set_role(v1::HOUSING);
  }));
}

TEST(BreakGlassTest, NoGrantOpensAnythingForWhoFacesPerpetrators) {
  // The strongest file that compiles: every condition for every other role.
  v1::ReleasePolicy file = File();
  file.clear_break_glass();
  for (const v1::RoleRule& role : file.roles()) {
    if (role.faces_perpetrator()) continue;
    v1::BreakGlassRule& rule = *file.add_break_glass();
    rule.set_role(role.role());
    rule.set_why("everything");
    rule.set_without_party(true);
    for (int c = v1::VICTIM_CONSENT; c <= v1::Condition_MAX; ++c) {
      rule.add_lifts(static_cast<v1::Condition>(c));
    }
  }
  const auto engine = PolicyEngine::Compile(file);
  ASSERT_TRUE(engine.ok()) << engine.status();
  for (const v1::GrantKind grant : {v1::BROKEN_GLASS, v1::TWO_PERSONS}) {
    for (const ViewRoles& view :
         {ViewRoles{{v1::DRIVE_CASE_MANAGER}}, ViewRoles{{v1::PROBATION}},
          ViewRoles{{v1::MARAC_COORDINATOR, v1::DRIVE_CASE_MANAGER}},
          ViewRoles{{v1::POLICE, v1::PROBATION}}, ViewRoles{{static_cast<v1::Role>(99)}}}) {
      EXPECT_EQ(Opened(*engine, view, grant, [](v1::DataClass, v1::Capacity) {}), 0);
    }
    EXPECT_FALSE(engine->MayBreakGlass(v1::DRIVE_CASE_MANAGER));
    EXPECT_FALSE(engine->MayBreakGlassWithoutParty(v1::PROBATION));
  }
  // And for nobody, however much is lifted, where a victim is or how to reach anybody.
  for (const v1::RoleRule& role : file.roles()) {
    Opened(*engine, {{role.role()}}, v1::BROKEN_GLASS, [](v1::DataClass c, v1::Capacity w) {
      EXPECT_NE(DecidingClass(c, w), v1::VICTIM_LOCATION);
      EXPECT_NE(DecidingClass(c, w), v1::CONTACT);
    });
  }
}

TEST(BreakGlassTest, OpensWhatTheRolesOwnRuleLifts) {
  const auto engine = PolicyEngine::Compile(File());
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto decide = [&](const ViewRoles& view, v1::DataClass field_class) {
    return engine->Decide(view, field_class, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                          By(v1::BROKEN_GLASS));
  };
  EXPECT_EQ(decide({{v1::POLICE}}, v1::HEALTH).action, v1::RELEASE);
  EXPECT_EQ(decide({{v1::POLICE}}, v1::HEALTH).rule_id, "health-POL");
  EXPECT_EQ(decide({{v1::VICTIM_SERVICE}}, v1::HEALTH).action, v1::RELEASE);
  // Both roles of a view must lift it.
  const ViewRoles both = {{v1::POLICE, v1::VICTIM_SERVICE}};
  EXPECT_EQ(decide(both, v1::HEALTH).action, v1::RELEASE);
  v1::ReleasePolicy file = File();
  auto* lifts = RuleOf(&file, v1::POLICE)->mutable_lifts();
  lifts->Clear();
  lifts->Add(v1::CHILD_ENQUIRY_OPEN);
  const auto narrow = PolicyEngine::Compile(file);
  ASSERT_TRUE(narrow.ok());
  EXPECT_EQ(
      narrow->Decide(both, v1::HEALTH, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED, By(v1::BROKEN_GLASS))
          .reason,
      v1::RISK_NOT_HIGH);
}

TEST(BreakGlassTest, DeniesByDefault) {
  const auto shipped = PolicyEngine::Compile(File());
  ASSERT_TRUE(shipped.ok());
  EXPECT_FALSE(shipped->MayBreakGlass(v1::HOUSING));
  EXPECT_FALSE(shipped->MayBreakGlass(v1::AUDITOR));
  EXPECT_FALSE(shipped->MayBreakGlass(static_cast<v1::Role>(99)));
  EXPECT_TRUE(shipped->MayBreakGlass(v1::MARAC_COORDINATOR));
  EXPECT_FALSE(shipped->MayBreakGlassWithoutParty(v1::MARAC_COORDINATOR));
  EXPECT_TRUE(shipped->MayBreakGlassWithoutParty(v1::POLICE));
  EXPECT_EQ(Opened(*shipped, {{v1::HOUSING}}, v1::BROKEN_GLASS, [](auto, auto) {}), 0);
  v1::ReleasePolicy none = File();
  none.clear_break_glass();
  const auto engine = PolicyEngine::Compile(none);
  ASSERT_TRUE(engine.ok());
  EXPECT_EQ(Opened(*engine, {{v1::POLICE}}, v1::BROKEN_GLASS, [](auto, auto) {}), 0);
  EXPECT_FALSE(engine->MayBreakGlass(v1::POLICE));
}

TEST(BreakGlassTest, TwoPersonsOpenTheirOwnConditionAndNothingElse) {
  const auto engine = PolicyEngine::Compile(File());
  ASSERT_TRUE(engine.ok());
  const auto location = engine->Decide({{v1::POLICE}}, v1::VICTIM_LOCATION, v1::VICTIM,
                                       v1::SOURCE_AGENCY_OBSERVED, By(v1::TWO_PERSONS));
  EXPECT_EQ(location.action, v1::RELEASE);
  EXPECT_EQ(location.rule_id, "location-POL");
  EXPECT_EQ(engine
                ->Decide({{v1::POLICE}}, v1::HEALTH, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                         By(v1::TWO_PERSONS))
                .reason,
            v1::RISK_NOT_HIGH);
  EXPECT_EQ(engine
                ->Decide({{v1::POLICE}}, v1::VICTIM_LOCATION, v1::VICTIM,
                         v1::SOURCE_AGENCY_OBSERVED, By(v1::BROKEN_GLASS))
                .action,
            v1::WITHHOLD);
}

}  // namespace
}  // namespace concordat::auth
