#include "tests/expected_release.h"

#include <algorithm>

namespace concordat::tests {
namespace {

template <typename List, typename Value>
bool Contains(const List& list, Value value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool FacesPerpetrator(const std::vector<v1::Role>& roles) {
  return Contains(roles, v1::DRIVE_CASE_MANAGER) || Contains(roles, v1::PROBATION);
}

bool OfAVictimOrChild(v1::Capacity capacity) {
  return capacity == v1::VICTIM || capacity == v1::CHILD || capacity == v1::CAPACITY_UNSPECIFIED;
}

// R7 of the design, word for word: never a victim's location, contact, safety plan or disclosures.
// Nor her health and what she takes (domain: the perpetrator's own only).
bool LockedForPerpetratorsSide(const FieldFacts& field) {
  switch (field.field_class) {
    case v1::VICTIM_LOCATION:
    case v1::SAFETY_PLAN:
    case v1::VICTIM_DISCLOSURE:
    case v1::DATA_CLASS_UNSPECIFIED:
      return true;
    case v1::CONTACT:
    case v1::HEALTH:
    case v1::SUBSTANCE:
      return OfAVictimOrChild(field.capacity);
    default:
      return false;
  }
}

bool ToldByVictimOrChild(v1::SourceClass source) {
  return source == v1::SOURCE_VICTIM || source == v1::SOURCE_CHILD ||
         source == v1::SOURCE_CLASS_UNSPECIFIED;
}

const v1::RoleRule* RuleOf(const v1::ReleasePolicy& policy, v1::Role role) {
  for (const v1::RoleRule& rule : policy.roles()) {
    if (rule.role() == role) return &rule;
  }
  return nullptr;
}

bool SeesValueAs(const v1::ReleasePolicy& policy, v1::Role role, const EventFacts& event,
                 const FieldFacts& field) {
  v1::DataClass field_class = field.field_class;
  if (field_class == v1::CONTACT && OfAVictimOrChild(field.capacity)) {
    field_class = v1::VICTIM_LOCATION;
  }
  const v1::FieldRule* deciding = nullptr;
  for (const v1::FieldRule& rule : policy.rules()) {
    if (rule.role() != role || rule.field_class() != field_class) continue;
    if (rule.capacity() == field.capacity) deciding = &rule;
    if (rule.capacity() == v1::CAPACITY_UNSPECIFIED && deciding == nullptr) deciding = &rule;
  }
  if (deciding == nullptr) return false;
  if (deciding->condition() != v1::CONDITION_NONE &&
      !Contains(event.conditions, deciding->condition())) {
    return false;
  }
  if (deciding->action() == v1::RELEASE) return true;
  return deciding->action() == v1::GENERALISE && field.generaliser == v1::WHOLE;
}

}  // namespace

bool SeesEvent(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
               const EventFacts& event) {
  if (FacesPerpetrator(roles) && ToldByVictimOrChild(event.source)) return false;
  for (const v1::Role role : roles) {
    const v1::RoleRule* rule = RuleOf(policy, role);
    if (rule == nullptr) return false;
    for (const v1::EventType type : event.types) {
      if (FacesPerpetrator(roles) && type == v1::LIAISON_CONTACT_EVENT) return false;
      if (!Contains(rule->visible_events(), type)) return false;
    }
  }
  return !roles.empty();
}

bool SeesValue(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
               const EventFacts& event, const FieldFacts& field) {
  if (event.superseded || !SeesEvent(policy, roles, event)) return false;
  if (FacesPerpetrator(roles) && LockedForPerpetratorsSide(field)) return false;
  return std::all_of(roles.begin(), roles.end(),
                     [&](v1::Role role) { return SeesValueAs(policy, role, event, field); });
}

bool SeesValueByGlass(const v1::ReleasePolicy& policy, const std::vector<v1::Role>& roles,
                      const EventFacts& event, const FieldFacts& field) {
  if (field.field_class == v1::CONTACT || field.field_class == v1::VICTIM_LOCATION) {
    return SeesValue(policy, roles, event, field);
  }
  if (event.superseded || !SeesEvent(policy, roles, event)) return false;
  if (FacesPerpetrator(roles)) return SeesValue(policy, roles, event, field);
  return std::all_of(roles.begin(), roles.end(), [&](v1::Role role) {
    EventFacts lifted = event;
    for (const v1::BreakGlassRule& rule : policy.break_glass()) {
      if (rule.role() != role) continue;
      for (const int condition : rule.lifts()) {
        lifted.conditions.push_back(static_cast<v1::Condition>(condition));
      }
    }
    return SeesValueAs(policy, role, lifted, field);
  });
}

bool MayActFor(const v1::ReleasePolicy& policy, v1::Role role, v1::Purpose purpose) {
  const v1::RoleRule* rule = RuleOf(policy, role);
  if (rule == nullptr) return false;
  const auto& purposes = rule->purposes();
  return std::any_of(purposes.begin(), purposes.end(),
                     [&](const v1::PurposeRule& allowed) { return allowed.purpose() == purpose; });
}

}  // namespace concordat::tests
