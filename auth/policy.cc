#include "auth/policy.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/conditions.h"
#include "auth/config_file.h"
#include "auth/perpetrator_lock.h"
#include "base/status_macros.h"

namespace concordat::auth {
namespace {

using Decision = PolicyEngine::Decision;

v1::Capacity MostProtectedUnlessKnown(v1::Capacity capacity) {
  return v1::Capacity_IsValid(capacity) && capacity != v1::CAPACITY_UNSPECIFIED ? capacity
                                                                                : v1::VICTIM;
}

bool IsKnownClass(v1::DataClass field_class) {
  return v1::DataClass_IsValid(field_class) && field_class != v1::DATA_CLASS_UNSPECIFIED;
}

bool HasBit(uint32_t bits, int n) { return n >= 0 && n < 32 && ((bits >> n) & 1u) != 0; }

v1::ReasonCode ReasonOf(v1::Condition unmet) {
  switch (unmet) {
    case v1::TWO_PERSON_APPROVAL:
      return v1::TWO_PERSON_APPROVAL_NEEDED;
    case v1::VICTIM_CONSENT:
      return v1::CONSENT_NEEDED;
    case v1::INTELLIGENCE_HANDLING_P:
      return v1::HANDLING_CONDITIONS;
    case v1::CHILD_ENQUIRY_OPEN:
      return v1::ENQUIRY_NOT_OPEN;
    case v1::HIGH_RISK_CASE:
      return v1::RISK_NOT_HIGH;
    default:
      return v1::NOT_NEEDED_FOR_ROLE;
  }
}

v1::ReasonCode ReasonOf(v1::ReleaseAction action) {
  switch (action) {
    case v1::RELEASE:
      return v1::REASON_UNSPECIFIED;
    case v1::GENERALISE:
      return v1::REDUCED_FOR_ROLE;
    default:
      return v1::NOT_NEEDED_FOR_ROLE;
  }
}

}  // namespace

v1::DataClass DecidingClass(v1::DataClass field_class, v1::Capacity capacity) {
  const v1::Capacity whose = MostProtectedUnlessKnown(capacity);
  return field_class == v1::CONTACT && (whose == v1::VICTIM || whose == v1::CHILD)
             ? v1::VICTIM_LOCATION
             : field_class;
}

absl::StatusOr<PolicyEngine> PolicyEngine::Load(const std::string& path) {
  v1::ReleasePolicy policy;
  CONCORDAT_RETURN_IF_ERROR(ReadTextproto(path, &policy));
  return Compile(policy);
}

const PolicyEngine::RoleEntry* PolicyEngine::FindRole(v1::Role role) const {
  return v1::Role_IsValid(role) && roles_[role].present ? &roles_[role] : nullptr;
}

bool PolicyEngine::FacesPerpetrator(const ViewRoles& view) const {
  for (v1::Role role : view.roles) {
    const RoleEntry* entry = FindRole(role);
    if (entry == nullptr || entry->faces_perpetrator || AlwaysFacesPerpetrator(role)) return true;
  }
  return false;
}

Decision PolicyEngine::DecideRow(const ViewRoles& view, v1::EventType type,
                                 v1::SourceClass source) const {
  if (FacesPerpetrator(view) && (IsLockedSource(source) || IsLockedEvent(type))) {
    return {v1::CONCEAL, v1::PERPETRATOR_FACING, kLockRuleId};
  }
  Decision decision = {v1::CONCEAL, v1::NO_RULE, kNoRuleId};
  for (v1::Role role : view.roles) {
    const RoleEntry* entry = FindRole(role);
    if (entry == nullptr) return {v1::CONCEAL, v1::NO_RULE, kNoRuleId};
    if (!HasBit(entry->visible_events, type)) {
      return {v1::CONCEAL, v1::NOT_NEEDED_FOR_ROLE, entry->row_rule_id};
    }
    if (decision.action == v1::CONCEAL) {
      decision = {v1::RELEASE, v1::REASON_UNSPECIFIED, entry->row_rule_id};
    }
  }
  return decision;
}

Decision PolicyEngine::DecideSharing(const ViewRoles& view, const Sharing& sharing) const {
  if (view.roles.empty()) return {v1::CONCEAL, v1::NO_RULE, kNoRuleId};
  if (!sharing.source_agency.empty() && sharing.source_agency == sharing.reader_agency) {
    return {v1::RELEASE, v1::REASON_UNSPECIFIED, ""};
  }
  // That there is something would tell the perpetrator's side too much.
  const auto refused = [&](v1::ReasonCode reason, std::string_view rule_id) -> Decision {
    return {FacesPerpetrator(view) ? v1::CONCEAL : v1::WITHHOLD, reason, rule_id};
  };
  for (const v1::Role role : view.roles) {
    if (!sharing_terms_.HasGateway(sharing.source_role, role, sharing.purpose)) {
      return refused(v1::NO_GATEWAY, kGatewayRuleId);
    }
  }
  std::string_view agreement_id;
  if (sharing_terms_.asks_for_agreement()) {
    const std::string* const agreement = sharing_terms_.FindAgreement(
        sharing.source_agency, sharing.reader_agency, sharing.purpose, sharing.decided_at);
    if (agreement == nullptr) return refused(v1::NO_AGREEMENT, kAgreementRuleId);
    agreement_id = *agreement;
  }
  // Last: who may not have the record whatever the day is not told to wait for it.
  if (sharing.decided_at < sharing.embargo_until) return refused(v1::EMBARGOED, kEmbargoRuleId);
  return {v1::RELEASE, v1::REASON_UNSPECIFIED, agreement_id};
}

Decision PolicyEngine::DecideForRole(v1::Role role, v1::DataClass field_class,
                                     v1::Capacity capacity, ConditionSet conditions) const {
  if (FindRole(role) == nullptr) return {v1::WITHHOLD, v1::NO_RULE, kNoRuleId};
  const Cell& cell = cells_[role][field_class][capacity];
  const std::string_view rule_id = rule_ids_[cell.rule];
  const bool where_a_victim_is = field_class == v1::CONTACT || field_class == v1::VICTIM_LOCATION;
  const bool lifted = conditions.grant() == v1::BROKEN_GLASS && !where_a_victim_is &&
                      GlassLifts(role, cell.condition);
  if (!lifted && !conditions.Holds(cell.condition)) {
    return {v1::WITHHOLD, ReasonOf(cell.condition), rule_id};
  }
  return {cell.action, ReasonOf(cell.action), rule_id};
}

Decision PolicyEngine::Decide(const ViewRoles& view, v1::DataClass field_class,
                              v1::Capacity capacity, v1::SourceClass source,
                              ConditionSet conditions) const {
  const v1::Capacity whose = MostProtectedUnlessKnown(capacity);
  if (FacesPerpetrator(view)) {
    if (IsLockedSource(source) || IsLockedClass(field_class, whose)) {
      return {v1::WITHHOLD, v1::PERPETRATOR_FACING, kLockRuleId};
    }
    conditions.SetGrant(v1::GRANT_KIND_UNSPECIFIED);
  }
  if (!IsKnownClass(field_class)) return {v1::WITHHOLD, v1::NO_CLASS, kNoRuleId};
  if (view.roles.empty()) return {v1::WITHHOLD, v1::NO_RULE, kNoRuleId};
  const v1::DataClass deciding = DecidingClass(field_class, whose);
  Decision strictest = DecideForRole(view.roles[0], deciding, whose, conditions);
  for (size_t i = 1; i < view.roles.size(); ++i) {
    const Decision next = DecideForRole(view.roles[i], deciding, whose, conditions);
    // ReleaseAction is numbered from the mildest to the strictest.
    if (next.action > strictest.action) strictest = next;
  }
  return strictest;
}

const v1::PurposeRule* PolicyEngine::FindPurpose(v1::Role role, v1::Purpose purpose) const {
  const RoleEntry* entry = FindRole(role);
  if (entry == nullptr) return nullptr;
  for (const v1::PurposeRule& rule : entry->purposes) {
    if (rule.purpose() == purpose) return &rule;
  }
  return nullptr;
}

bool PolicyEngine::AllowsPurpose(v1::Role role, v1::Purpose purpose) const {
  return FindPurpose(role, purpose) != nullptr;
}

bool PolicyEngine::MayBreakGlass(v1::Role role) const {
  const RoleEntry* entry = FindRole(role);
  return entry != nullptr && entry->may_break_glass;
}

bool PolicyEngine::MayBreakGlassWithoutParty(v1::Role role) const {
  const RoleEntry* entry = FindRole(role);
  return entry != nullptr && entry->breaks_without_party;
}

bool PolicyEngine::GlassLifts(v1::Role role, v1::Condition condition) const {
  const RoleEntry* entry = FindRole(role);
  return entry != nullptr && HasBit(entry->glass_lifts, condition);
}

bool PolicyEngine::IsNeverReleased(const ViewRoles& view, v1::DataClass field_class,
                                   v1::Capacity capacity) const {
  if (view.roles.empty()) return true;
  if (FacesPerpetrator(view) && IsLockedClass(field_class, capacity)) return true;
  for (v1::Role role : view.roles) {
    if (FindRole(role) == nullptr) return true;
    if (cells_[role][field_class][capacity].action == v1::WITHHOLD) return true;
  }
  return false;
}

std::vector<v1::DataClass> PolicyEngine::NeverReleased(const ViewRoles& view) const {
  std::vector<v1::DataClass> never;
  for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
    const auto field_class = static_cast<v1::DataClass>(c);
    bool all = true;
    for (v1::Capacity capacity : {v1::VICTIM, v1::PERPETRATOR, v1::CHILD, v1::THIRD_PARTY}) {
      if (DecidingClass(field_class, capacity) != field_class) continue;
      all = all && IsNeverReleased(view, field_class, capacity);
    }
    if (all) never.push_back(field_class);
  }
  return never;
}

}  // namespace concordat::auth
