#include "auth/testing/random_policy.h"

#include <set>
#include <vector>

#include "base/str_cat.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::auth::testing {
namespace {

const std::vector<v1::ReleaseAction> kActions = {v1::RELEASE, v1::RELEASE, v1::GENERALISE,
                                                 v1::GENERALISE, v1::WITHHOLD};
const std::set<v1::Role> kRelevantAuthorities = {
    v1::POLICE,         v1::PROBATION,        v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE,
    v1::HEALTH_SERVICE, v1::MARAC_COORDINATOR};
const std::set<v1::DataClass> kLockedForAll = {v1::VICTIM_LOCATION, v1::SAFETY_PLAN,
                                               v1::VICTIM_DISCLOSURE};
const std::set<v1::DataClass> kLockedForSome = {v1::CONTACT, v1::HEALTH, v1::SUBSTANCE};

v1::Condition AnyCondition(Random* random) {
  return random->Chance(50) ? v1::CONDITION_NONE
                            : static_cast<v1::Condition>(random->Between(1, v1::Condition_MAX));
}

v1::PurposeRule AnyPurpose(v1::Role role, v1::Purpose purpose, Random* random) {
  v1::PurposeRule rule;
  rule.set_purpose(purpose);
  const bool part_3 = (role == v1::POLICE || role == v1::PROBATION) && random->Chance(50);
  rule.set_regime(part_3 ? v1::PART_3 : v1::UK_GDPR);
  if (purpose >= v1::VERIFY_LAWFULNESS && purpose <= v1::CRIMINAL_PROCEEDINGS) {
    rule.set_gateway(v1::DATA_PROTECTION_ACT_2018_S62);
  } else if (purpose == v1::INFORMATION_RIGHTS) {
    rule.set_gateway(v1::DATA_PROTECTION_ACT_2018_S47);
  } else {
    std::vector<v1::LegalGateway> gateways = {v1::COMMON_LAW_POLICING, v1::CHILDREN_ACT_1989_S47,
                                              v1::CARE_ACT_2014_S42,
                                              v1::CRIMINAL_JUSTICE_ACT_2003_S325};
    if (kRelevantAuthorities.count(role) == 1) {
      gateways.push_back(v1::CRIME_AND_DISORDER_ACT_1998_S115);
    }
    rule.set_gateway(random->Pick(gateways));
  }
  return rule;
}

v1::RoleRule AnyRole(v1::Role role, Random* random) {
  v1::RoleRule rule;
  rule.set_role(role);
  rule.set_faces_perpetrator(role == v1::DRIVE_CASE_MANAGER || role == v1::PROBATION ||
                             random->Chance(15));
  for (int p = v1::Purpose_MIN + 1; p <= v1::Purpose_MAX; ++p) {
    if (!random->Chance(30)) continue;
    *rule.add_purposes() = AnyPurpose(role, static_cast<v1::Purpose>(p), random);
  }
  for (int e = v1::EventType_MIN + 1; e <= v1::EventType_MAX; ++e) {
    const bool locked = rule.faces_perpetrator() && e == v1::LIAISON_CONTACT_EVENT;
    if (!locked && random->Chance(80)) rule.add_visible_events(static_cast<v1::EventType>(e));
  }
  random->Shuffle(rule.mutable_visible_events());
  return rule;
}

// The rules of one role for one class.
class RulesOfPair {
 public:
  RulesOfPair(const v1::RoleRule& role, v1::DataClass field_class, Random* random)
      : role_(role), field_class_(field_class), random_(random) {}

  void AddTo(v1::ReleasePolicy* policy) const {
    const bool by_capacity = random_->Chance(20);
    if (!by_capacity) Add(v1::CAPACITY_UNSPECIFIED, policy);
    for (v1::Capacity capacity : {v1::VICTIM, v1::PERPETRATOR, v1::CHILD, v1::THIRD_PARTY}) {
      const bool of_protected = capacity == v1::VICTIM || capacity == v1::CHILD;
      if (field_class_ == v1::CONTACT && of_protected) continue;  // VICTIM_LOCATION's to decide.
      if (by_capacity || random_->Chance(25)) Add(capacity, policy);
    }
  }

 private:
  void Add(v1::Capacity capacity, v1::ReleasePolicy* policy) const {
    const bool of_other = capacity == v1::PERPETRATOR || capacity == v1::THIRD_PARTY;
    const bool locked =
        role_.faces_perpetrator() && (kLockedForAll.count(field_class_) == 1 ||
                                      (kLockedForSome.count(field_class_) == 1 && !of_other));
    v1::FieldRule& rule = *policy->add_rules();
    rule.set_id(StrCat("rule-", policy->rules_size()));
    rule.set_role(role_.role());
    rule.set_field_class(field_class_);
    rule.set_capacity(capacity);
    rule.set_action(locked ? v1::WITHHOLD : random_->Pick(kActions));
    if (rule.action() != v1::WITHHOLD) rule.set_condition(AnyCondition(random_));
  }

  const v1::RoleRule& role_;
  const v1::DataClass field_class_;
  Random* const random_;
};

void ChangeRule(Random* random, v1::ReleasePolicy* policy) {
  const int i = random->Below(policy->rules_size());
  v1::FieldRule& rule = *policy->mutable_rules(i);
  switch (random->Below(5)) {
    case 0:
      rule.set_action(random->Pick(kActions));
      if (rule.action() == v1::WITHHOLD) rule.clear_condition();
      break;
    case 1:
      rule.set_condition(AnyCondition(random));
      break;
    case 2:
      rule.set_capacity(static_cast<v1::Capacity>(random->Between(0, v1::Capacity_MAX)));
      break;
    case 3:
      policy->mutable_rules()->DeleteSubrange(i, 1);
      break;
    default: {
      v1::FieldRule more = rule;
      more.set_id(StrCat(rule.id(), "-more"));
      more.set_capacity(static_cast<v1::Capacity>(random->Between(1, v1::Capacity_MAX)));
      more.set_action(random->Pick(kActions));
      more.set_condition(more.action() == v1::WITHHOLD ? v1::CONDITION_NONE : AnyCondition(random));
      *policy->add_rules() = more;
    }
  }
}

// Takes the element away, or adds it where it is not.
void ToggleEvent(v1::EventType type, v1::RoleRule* role) {
  auto* events = role->mutable_visible_events();
  for (int i = 0; i < events->size(); ++i) {
    if (events->Get(i) != type) continue;
    events->Set(i, events->Get(events->size() - 1));
    events->RemoveLast();
    return;
  }
  events->Add(type);
}

void TogglePurpose(v1::Purpose purpose, Random* random, v1::RoleRule* role) {
  auto* purposes = role->mutable_purposes();
  for (int i = 0; i < purposes->size(); ++i) {
    if (purposes->Get(i).purpose() != purpose) continue;
    purposes->DeleteSubrange(i, 1);
    return;
  }
  *purposes->Add() = AnyPurpose(role->role(), purpose, random);
}

// With what R7 then wants of its rules.
void FacePerpetrator(v1::RoleRule* role, v1::ReleasePolicy* policy) {
  role->set_faces_perpetrator(true);
  for (v1::FieldRule& rule : *policy->mutable_rules()) {
    const bool of_other = rule.capacity() == v1::PERPETRATOR || rule.capacity() == v1::THIRD_PARTY;
    const bool locked = kLockedForAll.count(rule.field_class()) == 1 ||
                        (kLockedForSome.count(rule.field_class()) == 1 && !of_other);
    if (rule.role() != role->role() || !locked) continue;
    rule.set_action(v1::WITHHOLD);
    rule.clear_condition();
  }
  auto* glass = policy->mutable_break_glass();
  for (int i = glass->size() - 1; i >= 0; --i) {
    if (glass->Get(i).role() == role->role()) glass->DeleteSubrange(i, 1);
  }
}

}  // namespace

namespace {

void AddBreakGlass(const v1::RoleRule& role, Random* random, v1::ReleasePolicy* policy) {
  if (role.faces_perpetrator() || !random->Chance(60)) return;
  v1::BreakGlassRule& rule = *policy->add_break_glass();
  rule.set_role(role.role());
  rule.set_why("somebody may die");
  rule.set_without_party(random->Chance(50));
  for (int c = v1::VICTIM_CONSENT; c <= v1::Condition_MAX; ++c) {
    if (random->Chance(50)) rule.add_lifts(static_cast<v1::Condition>(c));
  }
  if (rule.lifts().empty()) rule.set_without_party(true);
}

}  // namespace

v1::ReleasePolicy RandomPolicy(Random* random) {
  v1::ReleasePolicy policy;
  policy.set_version("random");
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
    const v1::RoleRule role = AnyRole(static_cast<v1::Role>(r), random);
    *policy.add_roles() = role;
    AddBreakGlass(role, random, &policy);
    for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
      RulesOfPair(role, static_cast<v1::DataClass>(c), random).AddTo(&policy);
    }
  }
  random->Shuffle(policy.mutable_roles());
  random->Shuffle(policy.mutable_rules());
  return policy;
}

void ChangeOneThing(Random* random, v1::ReleasePolicy* policy) {
  v1::RoleRule* role = policy->mutable_roles(random->Below(policy->roles_size()));
  switch (random->Below(10)) {
    case 0:
      ToggleEvent(static_cast<v1::EventType>(random->Between(1, v1::EventType_MAX)), role);
      break;
    case 1:
      TogglePurpose(static_cast<v1::Purpose>(random->Between(1, v1::Purpose_MAX)), random, role);
      break;
    case 2:
      FacePerpetrator(role, policy);
      break;
    case 3:
      random->Shuffle(policy->mutable_rules());
      break;
    default:
      ChangeRule(random, policy);
  }
}

}  // namespace concordat::auth::testing
