#include "auth/testing/reference_decider.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/str_cat.h"

namespace concordat::auth::testing {
namespace {

const std::set<v1::Role> kRolesThatFacePerpetrators = {v1::DRIVE_CASE_MANAGER, v1::PROBATION};

// R7: what the perpetrator's side may have, each named; the rest is locked.
const std::set<v1::SourceClass> kOpenSources = {v1::SOURCE_THIRD_PARTY, v1::SOURCE_AGENCY_OBSERVED,
                                                v1::SOURCE_PUBLIC_RECORD,
                                                v1::SOURCE_PERPETRATOR_SELF};
const std::set<v1::DataClass> kNeverOpen = {v1::VICTIM_LOCATION, v1::SAFETY_PLAN,
                                            v1::VICTIM_DISCLOSURE};
const std::set<v1::DataClass> kOpenUnlessOfVictimOrChild = {v1::CONTACT, v1::HEALTH, v1::SUBSTANCE};

const std::map<v1::Condition, v1::ReasonCode> kReasons = {
    {v1::TWO_PERSON_APPROVAL, v1::TWO_PERSON_APPROVAL_NEEDED},
    {v1::VICTIM_CONSENT, v1::CONSENT_NEEDED},
    {v1::INTELLIGENCE_HANDLING_P, v1::HANDLING_CONDITIONS},
    {v1::CHILD_ENQUIRY_OPEN, v1::ENQUIRY_NOT_OPEN},
    {v1::HIGH_RISK_CASE, v1::RISK_NOT_HIGH}};

bool IsClass(v1::DataClass field_class) {
  return field_class > v1::DATA_CLASS_UNSPECIFIED && field_class <= v1::REFERENCE;
}

bool IsOfVictimOrChild(v1::Capacity capacity) {
  return CapacityOrVictim(capacity) == v1::VICTIM || CapacityOrVictim(capacity) == v1::CHILD;
}

bool IsLocked(v1::DataClass field_class, v1::Capacity capacity) {
  return !IsClass(field_class) || kNeverOpen.count(field_class) == 1 ||
         (kOpenUnlessOfVictimOrChild.count(field_class) == 1 && IsOfVictimOrChild(capacity));
}

// Of a liaison contact the perpetrator's side does not learn that it took place.
bool IsLocked(v1::EventType type) {
  return type < v1::INCIDENT_EVENT || type > v1::CORRECTION_EVENT ||
         type == v1::LIAISON_CONTACT_EVENT;
}

const ReferenceDecision kLockedField = {v1::WITHHOLD, v1::PERPETRATOR_FACING, "lock-r7"};
const ReferenceDecision kLockedRow = {v1::CONCEAL, v1::PERPETRATOR_FACING, "lock-r7"};
const ReferenceDecision kNoRuleForField = {v1::WITHHOLD, v1::NO_RULE, "deny-by-default"};
const ReferenceDecision kNoRuleForRow = {v1::CONCEAL, v1::NO_RULE, "deny-by-default"};
const ReferenceDecision kNoClass = {v1::WITHHOLD, v1::NO_CLASS, "deny-by-default"};

// The strictest; of equals the first.
ReferenceDecision Strictest(const std::vector<ReferenceDecision>& decisions) {
  for (v1::ReleaseAction action : {v1::CONCEAL, v1::WITHHOLD, v1::GENERALISE}) {
    for (const ReferenceDecision& decision : decisions) {
      if (decision.action == action) return decision;
    }
  }
  return decisions.front();
}

template <typename List, typename Value>
bool Lists(const List& list, const Value& wanted) {
  for (const auto& value : list) {
    if (value == wanted) return true;
  }
  return false;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::UnixEpoch() + absl::Seconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

bool IsWay(const v1::GatewayRule& rule, v1::Role sender, v1::Role recipient, v1::Purpose purpose) {
  return Lists(rule.senders(), sender) && Lists(rule.recipients(), recipient) &&
         Lists(rule.purposes(), purpose);
}

bool Covers(const v1::Agreement& agreement, const ReferenceSharing& sharing) {
  const bool begun = !(sharing.decided_at < TimeOf(agreement.valid_from()));
  const bool ended = !(sharing.decided_at < TimeOf(agreement.valid_until()));
  return begun && !ended && Lists(agreement.agencies(), sharing.source_agency) &&
         Lists(agreement.agencies(), sharing.reader_agency) &&
         Lists(agreement.purposes(), sharing.purpose);
}

}  // namespace

v1::Capacity CapacityOrVictim(v1::Capacity capacity) {
  return capacity >= v1::VICTIM && capacity <= v1::THIRD_PARTY ? capacity : v1::VICTIM;
}

v1::DataClass ClassThatDecides(v1::DataClass field_class, v1::Capacity capacity) {
  if (field_class == v1::CONTACT && IsOfVictimOrChild(capacity)) return v1::VICTIM_LOCATION;
  return field_class;
}

const v1::RoleRule* ReferenceDecider::FindRole(v1::Role role) const {
  for (const v1::RoleRule& rule : policy_.roles()) {
    if (rule.role() == role) return &rule;
  }
  return nullptr;
}

bool ReferenceDecider::FacesPerpetrator(const Roles& view) const {
  for (v1::Role role : view) {
    const v1::RoleRule* rule = FindRole(role);
    if (rule == nullptr || rule->faces_perpetrator()) return true;
    if (kRolesThatFacePerpetrators.count(role) == 1) return true;
  }
  return false;
}

ReferenceDecision ReferenceDecider::DecideRow(const Roles& view, v1::EventType type,
                                              v1::SourceClass source) const {
  if (FacesPerpetrator(view) && (kOpenSources.count(source) == 0 || IsLocked(type))) {
    return kLockedRow;
  }
  if (view.empty()) return kNoRuleForRow;
  std::vector<ReferenceDecision> decisions;
  for (v1::Role role : view) {
    const v1::RoleRule* rule = FindRole(role);
    if (rule == nullptr) {
      decisions.push_back(kNoRuleForRow);
      continue;
    }
    bool listed = false;
    for (int event : rule->visible_events()) listed = listed || event == type;
    const std::string rule_id = StrCat("rows-", v1::Role_Name(role));
    decisions.push_back(listed ? ReferenceDecision{v1::RELEASE, v1::REASON_UNSPECIFIED, rule_id}
                               : ReferenceDecision{v1::CONCEAL, v1::NOT_NEEDED_FOR_ROLE, rule_id});
  }
  return Strictest(decisions);
}

const v1::FieldRule* ReferenceDecider::FindRule(v1::Role role, v1::DataClass field_class,
                                                v1::Capacity capacity) const {
  for (v1::Capacity wanted : {capacity, v1::CAPACITY_UNSPECIFIED}) {
    for (const v1::FieldRule& rule : policy_.rules()) {
      if (rule.role() == role && rule.field_class() == field_class && rule.capacity() == wanted) {
        return &rule;
      }
    }
  }
  return nullptr;
}

const v1::BreakGlassRule* ReferenceDecider::FindBreakGlass(v1::Role role) const {
  for (const v1::BreakGlassRule& rule : policy_.break_glass()) {
    if (rule.role() == role) return &rule;
  }
  return nullptr;
}

bool ReferenceDecider::MayBreakGlassWithoutParty(v1::Role role) const {
  const v1::BreakGlassRule* rule = FindBreakGlass(role);
  return rule != nullptr && rule->without_party();
}

bool ReferenceDecider::GlassLifts(v1::Role role, v1::Condition condition) const {
  const v1::BreakGlassRule* rule = FindBreakGlass(role);
  return rule != nullptr && Lists(rule->lifts(), condition);
}

ReferenceDecision ReferenceDecider::DecideFor(v1::Role role, v1::DataClass field_class,
                                              v1::Capacity capacity, const Conditions& conditions,
                                              v1::GrantKind grant) const {
  if (FindRole(role) == nullptr) return kNoRuleForField;
  const v1::FieldRule* rule = FindRule(role, field_class, capacity);
  if (rule == nullptr) return kNoRuleForField;
  const v1::Condition condition = rule->condition();
  bool holds = condition == v1::CONDITION_NONE ||
               (condition != v1::TWO_PERSON_APPROVAL && conditions.count(condition) == 1);
  if (grant == v1::TWO_PERSONS && condition == v1::TWO_PERSON_APPROVAL) holds = true;
  const v1::BreakGlassRule* glass = FindBreakGlass(role);
  if (grant == v1::BROKEN_GLASS && glass != nullptr && Lists(glass->lifts(), condition) &&
      field_class != v1::CONTACT && field_class != v1::VICTIM_LOCATION) {
    holds = true;
  }
  if (!holds) return {v1::WITHHOLD, kReasons.at(condition), rule->id()};
  switch (rule->action()) {
    case v1::RELEASE:
      return {v1::RELEASE, v1::REASON_UNSPECIFIED, rule->id()};
    case v1::GENERALISE:
      return {v1::GENERALISE, v1::REDUCED_FOR_ROLE, rule->id()};
    default:
      return {v1::WITHHOLD, v1::NOT_NEEDED_FOR_ROLE, rule->id()};
  }
}

ReferenceDecision ReferenceDecider::Decide(const Roles& view, v1::DataClass field_class,
                                           v1::Capacity capacity, v1::SourceClass source,
                                           const Conditions& conditions,
                                           v1::GrantKind grant) const {
  if (FacesPerpetrator(view) &&
      (kOpenSources.count(source) == 0 || IsLocked(field_class, capacity))) {
    return kLockedField;
  }
  if (!IsClass(field_class)) return kNoClass;
  if (view.empty()) return kNoRuleForField;
  std::vector<ReferenceDecision> decisions;
  for (v1::Role role : view) {
    decisions.push_back(DecideFor(role, ClassThatDecides(field_class, capacity),
                                  CapacityOrVictim(capacity), conditions,
                                  FacesPerpetrator(view) ? v1::GRANT_KIND_UNSPECIFIED : grant));
  }
  return Strictest(decisions);
}

// Everything that is in the way, the first of which is told.
ReferenceDecision ReferenceDecider::DecideSharing(const Roles& view,
                                                  const ReferenceSharing& sharing) const {
  if (view.empty()) return kNoRuleForRow;
  if (sharing.source_agency == sharing.reader_agency && sharing.reader_agency != "") {
    return {v1::RELEASE, v1::REASON_UNSPECIFIED, ""};
  }
  const v1::ReleaseAction no = FacesPerpetrator(view) ? v1::CONCEAL : v1::WITHHOLD;
  std::vector<ReferenceDecision> hindrances;
  for (v1::Role role : view) {
    bool way = policy_.gateways().empty();
    for (const v1::GatewayRule& rule : policy_.gateways()) {
      way = way || IsWay(rule, sharing.source_role, role, sharing.purpose);
    }
    if (!way) hindrances.push_back({no, v1::NO_GATEWAY, "sharing-gateway"});
  }
  std::string agreed;
  for (const v1::Agreement& agreement : policy_.agreements()) {
    if (agreed.empty() && Covers(agreement, sharing)) agreed = StrCat("agreement-", agreement.id());
  }
  if (policy_.agreements_required() && agreed.empty()) {
    hindrances.push_back({no, v1::NO_AGREEMENT, "sharing-agreement"});
  }
  if (sharing.embargo_until && !(*sharing.embargo_until <= sharing.decided_at)) {
    hindrances.push_back({no, v1::EMBARGOED, "sharing-embargo"});
  }
  if (!hindrances.empty()) return hindrances.front();
  return {v1::RELEASE, v1::REASON_UNSPECIFIED, agreed};
}

const v1::PurposeRule* ReferenceDecider::FindPurpose(v1::Role role, v1::Purpose purpose) const {
  const v1::RoleRule* role_rule = FindRole(role);
  if (role_rule == nullptr) return nullptr;
  for (const v1::PurposeRule& rule : role_rule->purposes()) {
    if (rule.purpose() == purpose) return &rule;
  }
  return nullptr;
}

bool ReferenceDecider::MayGive(const Roles& view, v1::DataClass field_class,
                               v1::Capacity capacity) const {
  if (view.empty()) return false;
  if (FacesPerpetrator(view) && IsLocked(field_class, capacity)) return false;
  for (v1::Role role : view) {
    if (FindRole(role) == nullptr) return false;
    const v1::FieldRule* rule = FindRule(role, field_class, capacity);
    if (rule == nullptr || rule->action() == v1::WITHHOLD) return false;
  }
  return true;
}

std::vector<v1::DataClass> ReferenceDecider::NeverReleased(const Roles& view) const {
  std::vector<v1::DataClass> never;
  for (int c = v1::IDENTITY; c <= v1::REFERENCE; ++c) {
    const auto field_class = static_cast<v1::DataClass>(c);
    bool may = false;
    for (v1::Capacity capacity : {v1::VICTIM, v1::PERPETRATOR, v1::CHILD, v1::THIRD_PARTY}) {
      if (ClassThatDecides(field_class, capacity) != field_class) continue;
      may = may || MayGive(view, field_class, capacity);
    }
    if (!may) never.push_back(field_class);
  }
  return never;
}

}  // namespace concordat::auth::testing
