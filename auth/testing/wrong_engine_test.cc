// That the comparison can fail: engines of policies that differ from the reference's in one thing.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "auth/testing/random.h"
#include "auth/testing/random_event.h"
#include "auth/testing/release_comparison.h"
#include "auth/testing/shipped_policy.h"
#include "base/str_cat.h"
#include "concordat/v1/policy.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth::testing {
namespace {

constexpr uint64_t kSeed = 20261128;

v1::RoleRule* RoleOf(v1::ReleasePolicy* policy, v1::Role role) {
  for (v1::RoleRule& rule : *policy->mutable_roles()) {
    if (rule.role() == role) return &rule;
  }
  ADD_FAILURE() << "no role " << role;
  return nullptr;
}

v1::FieldRule* Rule(v1::ReleasePolicy* policy, const std::string& id) {
  for (v1::FieldRule& rule : *policy->mutable_rules()) {
    if (rule.id() == id) return &rule;
  }
  ADD_FAILURE() << "no rule " << id;
  return nullptr;
}

using Change = std::function<void(v1::ReleasePolicy*)>;

// Counts the wrong engines that were asked, and fails for one that nobody noticed.
class WrongEngines {
 public:
  // Passes over a change that the compiler refuses: such an engine cannot be.
  void Ask(const v1::ReleasePolicy& right, const std::string& name, const Change& change) {
    v1::ReleasePolicy wrong = right;
    change(&wrong);
    const auto engine = PolicyEngine::Compile(wrong);
    if (!engine.ok()) return;
    ++asked_;
    EXPECT_TRUE(ReleaseComparison(&*engine, right).Everything()) << name;
  }
  int asked() const { return asked_; }

 private:
  int asked_ = 0;
};

TEST(WrongEngineTest, ADifferentActionIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().rules_size(); ++i) {
    const v1::FieldRule& rule = Shipped().rules(i);
    for (v1::ReleaseAction action : {v1::RELEASE, v1::GENERALISE, v1::WITHHOLD}) {
      // No grant is for who faces perpetrators: of those conditions no decision shows.
      const bool shows = rule.condition() != v1::TWO_PERSON_APPROVAL || action == v1::WITHHOLD ||
                         (rule.role() != v1::DRIVE_CASE_MANAGER && rule.role() != v1::PROBATION);
      if (action == rule.action() || !shows) continue;
      engines.Ask(Shipped(), rule.id(), [=](v1::ReleasePolicy* policy) {
        policy->mutable_rules(i)->set_action(action);
        if (action == v1::WITHHOLD) policy->mutable_rules(i)->clear_condition();
      });
    }
  }
  EXPECT_GT(engines.asked(), 250);
}

TEST(WrongEngineTest, ADifferentConditionIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().rules_size(); ++i) {
    for (int step : {1, 3}) {
      engines.Ask(Shipped(), Shipped().rules(i).id(), [=](v1::ReleasePolicy* policy) {
        v1::FieldRule* rule = policy->mutable_rules(i);
        rule->set_condition(
            static_cast<v1::Condition>((rule->condition() + step) % (v1::Condition_MAX + 1)));
      });
    }
  }
  EXPECT_GT(engines.asked(), 150);
}

TEST(WrongEngineTest, ADifferentBrokenGlassIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().break_glass_size(); ++i) {
    const std::string name = v1::Role_Name(Shipped().break_glass(i).role());
    engines.Ask(Shipped(), name, [=](v1::ReleasePolicy* policy) {
      policy->mutable_break_glass()->DeleteSubrange(i, 1);
    });
    engines.Ask(Shipped(), name, [=](v1::ReleasePolicy* policy) {
      v1::BreakGlassRule* rule = policy->mutable_break_glass(i);
      rule->set_without_party(!rule->without_party());
    });
    for (int l = 0; l < Shipped().break_glass(i).lifts_size(); ++l) {
      engines.Ask(Shipped(), name, [=](v1::ReleasePolicy* policy) {
        policy->mutable_break_glass(i)->mutable_lifts()->SwapElements(
            l, policy->break_glass(i).lifts_size() - 1);
        policy->mutable_break_glass(i)->mutable_lifts()->RemoveLast();
      });
    }
  }
  EXPECT_GT(engines.asked(), 15);
}

TEST(WrongEngineTest, ADifferentCapacityIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().rules_size(); ++i) {
    // A rule for any capacity beside rules for each decides nothing; so none is made.
    for (int w = v1::VICTIM; w <= v1::Capacity_MAX; ++w) {
      const auto capacity = static_cast<v1::Capacity>(w);
      if (capacity == Shipped().rules(i).capacity()) continue;
      engines.Ask(Shipped(), Shipped().rules(i).id(), [=](v1::ReleasePolicy* policy) {
        policy->mutable_rules(i)->set_capacity(capacity);
      });
    }
  }
  EXPECT_GE(engines.asked(), 20);
}

TEST(WrongEngineTest, AnEventThatIsVisibleOrIsNotIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().roles_size(); ++i) {
    for (int e = v1::EventType_MIN + 1; e <= v1::EventType_MAX; ++e) {
      engines.Ask(Shipped(), StrCat("role ", i, " event ", e), [=](v1::ReleasePolicy* policy) {
        v1::RoleRule* role = policy->mutable_roles(i);
        const v1::RoleRule before = *role;
        role->clear_visible_events();
        bool was = false;
        for (int event : before.visible_events()) {
          if (event == e) was = true;
          if (event != e) role->add_visible_events(static_cast<v1::EventType>(event));
        }
        if (!was) role->add_visible_events(static_cast<v1::EventType>(e));
      });
    }
  }
  // All but the two that R7 refuses.
  EXPECT_EQ(engines.asked(), v1::Role_MAX * v1::EventType_MAX - 2);
}

// The shipped policy where nothing in the way of the role's facing perpetrators is left.
v1::ReleasePolicy ReadyToFace(v1::Role role) {
  v1::ReleasePolicy policy = Shipped();
  RoleOf(&policy, role)->clear_visible_events();
  RoleOf(&policy, role)->add_visible_events(v1::INCIDENT_EVENT);
  for (v1::FieldRule& rule : *policy.mutable_rules()) {
    if (rule.role() != role) continue;
    rule.set_action(v1::WITHHOLD);
    rule.clear_condition();
  }
  auto* glass = policy.mutable_break_glass();
  for (int i = glass->size() - 1; i >= 0; --i) {
    if (glass->Get(i).role() == role) glass->DeleteSubrange(i, 1);
  }
  return policy;
}

TEST(WrongEngineTest, ARoleThatFacesPerpetratorsIsFound) {
  WrongEngines engines;
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
    const auto role = static_cast<v1::Role>(r);
    if (role == v1::DRIVE_CASE_MANAGER || role == v1::PROBATION) continue;
    v1::ReleasePolicy faces = ReadyToFace(role);
    RoleOf(&faces, role)->set_faces_perpetrator(true);
    engines.Ask(ReadyToFace(role), StrCat("faces, role ", r),
                [=](v1::ReleasePolicy* policy) { *policy = faces; });
    engines.Ask(faces, StrCat("does not face, role ", r),
                [=](v1::ReleasePolicy* policy) { *policy = ReadyToFace(role); });
  }
  EXPECT_EQ(engines.asked(), 2 * (v1::Role_MAX - 2));
}

TEST(WrongEngineTest, ADifferentPurposeGatewayOrRegimeIsFound) {
  WrongEngines engines;
  for (int i = 0; i < Shipped().roles_size(); ++i) {
    for (int p = 0; p < Shipped().roles(i).purposes_size(); ++p) {
      const auto change = [&](const std::string& name,
                              const std::function<void(v1::PurposeRule*)>& to) {
        engines.Ask(
            Shipped(), StrCat(name, " of purpose ", p, " of role ", i),
            [&](v1::ReleasePolicy* policy) { to(policy->mutable_roles(i)->mutable_purposes(p)); });
      };
      engines.Ask(Shipped(), StrCat("no purpose ", p, " of role ", i),
                  [=](v1::ReleasePolicy* policy) {
                    policy->mutable_roles(i)->mutable_purposes()->DeleteSubrange(p, 1);
                  });
      change("another", [](auto* rule) { rule->set_purpose(v1::EVALUATION); });
      change("gateway", [](auto* rule) {
        rule->set_gateway(rule->gateway() == v1::CARE_ACT_2014_S42 ? v1::COMMON_LAW_POLICING
                                                                   : v1::CARE_ACT_2014_S42);
      });
      change("regime", [](auto* rule) {
        rule->set_regime(rule->regime() == v1::PART_3 ? v1::UK_GDPR : v1::PART_3);
      });
    }
  }
  EXPECT_GT(engines.asked(), 40);
}

// Found in whole events, too, and told by fields alone.
TEST(WrongEngineTest, IsFoundByWhatItMakesOfRandomEvents) {
  const v1::ReleasePolicy housing = ReadyToFace(v1::HOUSING);
  const struct {
    std::string name;
    v1::ReleasePolicy right;
    Change change;
  } wrongs[] = {
      {"action", Shipped(),
       [](auto* policy) { Rule(policy, "identity-POL")->set_action(v1::GENERALISE); }},
      {"action that opens", Shipped(),
       [](auto* policy) { Rule(policy, "health-HOU")->set_action(v1::RELEASE); }},
      {"condition", Shipped(),
       [](auto* policy) { Rule(policy, "health-IDV")->set_condition(v1::CONDITION_NONE); }},
      {"two persons", Shipped(),
       [](auto* policy) { Rule(policy, "location-POL")->set_condition(v1::CONDITION_NONE); }},
      {"capacity", Shipped(),
       [](auto* policy) { Rule(policy, "identity-PRB-perpetrator")->set_capacity(v1::CHILD); }},
      {"event", Shipped(),
       [](auto* policy) {
         RoleOf(policy, v1::HOUSING)->add_visible_events(v1::CUSTODY_CHANGE_EVENT);
       }},
      {"faces_perpetrator", housing,
       [](auto* policy) { RoleOf(policy, v1::HOUSING)->set_faces_perpetrator(true); }},
  };
  for (const auto& wrong : wrongs) {
    v1::ReleasePolicy policy = wrong.right;
    wrong.change(&policy);
    const auto engine = PolicyEngine::Compile(policy);
    ASSERT_TRUE(engine.ok()) << wrong.name << engine.status();
    const ReleaseComparison comparison(&*engine, wrong.right);
    Random random(kSeed);
    std::optional<std::string> found;
    for (int i = 0; i < 3000 && !found; ++i) found = comparison.Event(RandomRelease(&random));
    ASSERT_TRUE(found) << wrong.name;
    EXPECT_NE(found->find("reference"), std::string::npos) << *found;
    EXPECT_EQ(found->find("synthetic"), std::string::npos) << *found;
    EXPECT_EQ(found->find("Asha"), std::string::npos) << *found;
    RecordProperty(wrong.name, *found);
  }
}

}  // namespace
}  // namespace concordat::auth::testing
