#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "auth/config_file.h"
#include "auth/legal_basis.h"
#include "auth/perpetrator_lock.h"
#include "auth/policy.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/policy.pb.h"
#include "crypto/sha256.h"

namespace concordat::auth {
namespace {

constexpr v1::Capacity kCapacitiesDecided[] = {v1::VICTIM, v1::PERPETRATOR, v1::CHILD,
                                               v1::THIRD_PARTY};

static_assert(v1::EventType_MAX < 32, "RoleEntry holds one bit each");

std::string Number(int value) { return StrCat("the number ", value); }

bool IsKnown(v1::Role role) { return v1::Role_IsValid(role) && role != v1::ROLE_UNSPECIFIED; }

absl::Status CheckEnums(const v1::FieldRule& rule, const std::string& path) {
  if (!IsKnown(rule.role())) {
    return FieldError(StrCat(path, ".role"), Number(rule.role()), "a role");
  }
  if (!v1::DataClass_IsValid(rule.field_class()) ||
      rule.field_class() == v1::DATA_CLASS_UNSPECIFIED) {
    return FieldError(StrCat(path, ".field_class"), Number(rule.field_class()), "a data class");
  }
  if (!v1::Capacity_IsValid(rule.capacity())) {
    return FieldError(StrCat(path, ".capacity"), Number(rule.capacity()), "a capacity or none");
  }
  if (rule.action() != v1::RELEASE && rule.action() != v1::GENERALISE &&
      rule.action() != v1::WITHHOLD) {
    return FieldError(StrCat(path, ".action"), Number(rule.action()),
                      "RELEASE, GENERALISE or WITHHOLD");
  }
  if (!v1::Condition_IsValid(rule.condition())) {
    return FieldError(StrCat(path, ".condition"), Number(rule.condition()), "a condition or none");
  }
  if (rule.action() == v1::WITHHOLD && rule.condition() != v1::CONDITION_NONE) {
    return FieldError(StrCat(path, ".condition"), v1::Condition_Name(rule.condition()),
                      "none with WITHHOLD");
  }
  return absl::OkStatus();
}

// Ids that are not the file's to give.
bool IsOurs(std::string_view rule_id) {
  return rule_id == PolicyEngine::kLockRuleId || rule_id == PolicyEngine::kNoRuleId ||
         rule_id == PolicyEngine::kGatewayRuleId || rule_id == PolicyEngine::kAgreementRuleId ||
         rule_id == PolicyEngine::kEmbargoRuleId;
}

// Below the policy, the lists' elements are as deep as it goes.
bool HasUnknownFields(const v1::ReleasePolicy& policy) {
  const auto unknown = [](const google::protobuf::Message& message) {
    return !message.GetReflection()->GetUnknownFields(message).empty();
  };
  if (unknown(policy)) return true;
  for (const v1::RoleRule& role : policy.roles()) {
    if (unknown(role)) return true;
    for (const v1::PurposeRule& purpose : role.purposes()) {
      if (unknown(purpose)) return true;
    }
  }
  for (const v1::Agreement& agreement : policy.agreements()) {
    if (unknown(agreement) || unknown(agreement.valid_from()) || unknown(agreement.valid_until())) {
      return true;
    }
  }
  return std::any_of(policy.rules().begin(), policy.rules().end(), unknown) ||
         std::any_of(policy.break_glass().begin(), policy.break_glass().end(), unknown) ||
         std::any_of(policy.gateways().begin(), policy.gateways().end(), unknown);
}

}  // namespace

// Fills one engine from one file, or says what is wrong with it.
class PolicyCompiler {
 public:
  absl::Status AddRole(const v1::RoleRule& rule, const std::string& path);
  absl::Status AddRule(const v1::FieldRule& rule, const std::string& path);
  // After the roles.
  absl::Status AddBreakGlass(const v1::BreakGlassRule& rule, const std::string& path);
  // After the rules: the log names an agreement as it names a rule.
  absl::Status AddSharing(const v1::ReleasePolicy& policy);
  absl::Status Finish();

  PolicyEngine engine_;

 private:
  absl::Status CheckLock(const v1::FieldRule& rule, const std::string& path) const;
  void FillCells(const v1::FieldRule& rule);

  std::set<std::string_view> ids_;
  // (role, class, capacity), with CAPACITY_UNSPECIFIED for a rule for any.
  std::set<std::tuple<int, int, int>> ruled_;
};

absl::Status PolicyCompiler::AddRole(const v1::RoleRule& rule, const std::string& path) {
  if (!IsKnown(rule.role())) {
    return FieldError(StrCat(path, ".role"), Number(rule.role()), "a role");
  }
  const std::string& name = v1::Role_Name(rule.role());
  PolicyEngine::RoleEntry& entry = engine_.roles_[rule.role()];
  if (entry.present) return FieldError(StrCat(path, ".role"), name, "each role once");
  entry.present = true;
  entry.faces_perpetrator = rule.faces_perpetrator();
  entry.row_rule_id = StrCat("rows-", name);
  if (AlwaysFacesPerpetrator(rule.role()) && !rule.faces_perpetrator()) {
    return FieldError(StrCat(path, ".faces_perpetrator"), "false", StrCat("true for ", name));
  }
  for (int i = 0; i < rule.purposes_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckPurposeRule(rule.role(), rule.purposes(i), StrCat(path, ".purposes[", i, "]")));
    for (const v1::PurposeRule& earlier : entry.purposes) {
      if (earlier.purpose() != rule.purposes(i).purpose()) continue;
      return FieldError(StrCat(path, ".purposes[", i, "].purpose"),
                        v1::Purpose_Name(earlier.purpose()), "each purpose once");
    }
    entry.purposes.push_back(rule.purposes(i));
  }
  for (int event : rule.visible_events()) {
    if (!v1::EventType_IsValid(event) || event == v1::EVENT_TYPE_UNSPECIFIED) {
      return FieldError(StrCat(path, ".visible_events"), Number(event), "event types");
    }
    if (entry.faces_perpetrator && IsLockedEvent(static_cast<v1::EventType>(event))) {
      return FieldError(StrCat(path, ".visible_events"),
                        v1::EventType_Name(static_cast<v1::EventType>(event)),
                        StrCat("none that R7 locks for ", name));
    }
    entry.visible_events |= uint32_t{1} << event;
  }
  return absl::OkStatus();
}

absl::Status PolicyCompiler::CheckLock(const v1::FieldRule& rule, const std::string& path) const {
  const bool opens = rule.action() == v1::RELEASE || rule.action() == v1::GENERALISE;
  // A rule for any capacity speaks of victims too, which is what its unspecified capacity gives
  // here.
  if (opens && engine_.roles_[rule.role()].faces_perpetrator &&
      IsLockedClass(rule.field_class(), rule.capacity())) {
    return FieldError(StrCat(path, ".action"), v1::ReleaseAction_Name(rule.action()),
                      StrCat("WITHHOLD (R7) of ", v1::DataClass_Name(rule.field_class()), " for ",
                             v1::Role_Name(rule.role())));
  }
  return absl::OkStatus();
}

absl::Status PolicyCompiler::AddRule(const v1::FieldRule& rule, const std::string& path) {
  if (rule.id().empty()) return FieldError(StrCat(path, ".id"), "empty", "a unique id");
  if (IsOurs(rule.id()) || !ids_.insert(rule.id()).second) {
    return FieldError(StrCat(path, ".id"), rule.id(), "each id once");
  }
  const std::string named = StrCat(path, " (", rule.id(), ")");
  CONCORDAT_RETURN_IF_ERROR(CheckEnums(rule, named));
  if (!engine_.roles_[rule.role()].present) {
    return FieldError(StrCat(named, ".role"), v1::Role_Name(rule.role()), "a role with a RoleRule");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckLock(rule, named));
  if (rule.capacity() != v1::CAPACITY_UNSPECIFIED &&
      DecidingClass(rule.field_class(), rule.capacity()) != rule.field_class()) {
    return FieldError(
        StrCat(named, ".field_class"), v1::DataClass_Name(rule.field_class()),
        StrCat("VICTIM_LOCATION, which decides for a ", v1::Capacity_Name(rule.capacity())));
  }
  if (!ruled_.insert({rule.role(), rule.field_class(), rule.capacity()}).second) {
    return FieldError(named, "a second rule for this role, class and capacity", "one");
  }
  FillCells(rule);
  return absl::OkStatus();
}

void PolicyCompiler::FillCells(const v1::FieldRule& rule) {
  engine_.rule_ids_.push_back(rule.id());
  const PolicyEngine::Cell cell = {rule.action(), rule.condition(), engine_.rule_ids_.size() - 1};
  for (v1::Capacity capacity : kCapacitiesDecided) {
    const bool names_it = rule.capacity() == capacity;
    const bool falls_to_any = rule.capacity() == v1::CAPACITY_UNSPECIFIED &&
                              ruled_.count({rule.role(), rule.field_class(), capacity}) == 0;
    if (names_it || falls_to_any) engine_.cells_[rule.role()][rule.field_class()][capacity] = cell;
  }
}

absl::Status PolicyCompiler::AddBreakGlass(const v1::BreakGlassRule& rule,
                                           const std::string& path) {
  if (!IsKnown(rule.role()) || !engine_.roles_[rule.role()].present) {
    return FieldError(StrCat(path, ".role"), Number(rule.role()), "a role with a RoleRule");
  }
  PolicyEngine::RoleEntry& entry = engine_.roles_[rule.role()];
  const std::string& name = v1::Role_Name(rule.role());
  if (entry.faces_perpetrator || AlwaysFacesPerpetrator(rule.role())) {
    return FieldError(StrCat(path, ".role"), name, "none that faces perpetrators (R7)");
  }
  if (entry.may_break_glass) return FieldError(StrCat(path, ".role"), name, "each role once");
  if (rule.why().empty()) return FieldError(StrCat(path, ".why"), "nothing", "a reason");
  if (rule.lifts().empty() && !rule.without_party()) {
    return FieldError(path, "a rule that opens nothing", "conditions, or without_party");
  }
  for (const int condition : rule.lifts()) {
    if (!v1::Condition_IsValid(condition) || condition == v1::CONDITION_NONE ||
        condition == v1::TWO_PERSON_APPROVAL) {
      return FieldError(StrCat(path, ".lifts"), Number(condition),
                        "conditions of the event or the case: a second person is not replaced");
    }
    entry.glass_lifts |= uint32_t{1} << condition;
  }
  entry.may_break_glass = true;
  entry.breaks_without_party = rule.without_party();
  return absl::OkStatus();
}

absl::Status PolicyCompiler::AddSharing(const v1::ReleasePolicy& policy) {
  CONCORDAT_ASSIGN_OR_RETURN(engine_.sharing_terms_, SharingTerms::Create(policy));
  for (int i = 0; i < policy.agreements_size(); ++i) {
    const std::string& id = policy.agreements(i).id();
    if (ids_.count(StrCat(SharingTerms::kAgreementPrefix, id)) == 0) continue;
    return FieldError(StrCat("policy.agreements[", i, "].id"), id,
                      "one that no rule's id is, after \"agreement-\"");
  }
  return absl::OkStatus();
}

absl::Status PolicyCompiler::Finish() {
  for (int r = v1::Role_MIN + 1; r <= v1::Role_MAX; ++r) {
    const std::string& role = v1::Role_Name(static_cast<v1::Role>(r));
    if (!engine_.roles_[r].present) return FieldError("policy.roles", "none for " + role, "one");
    for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
      const auto field_class = static_cast<v1::DataClass>(c);
      for (v1::Capacity capacity : kCapacitiesDecided) {
        if (DecidingClass(field_class, capacity) != field_class) continue;
        if (engine_.cells_[r][c][capacity].action != v1::RELEASE_ACTION_UNSPECIFIED) continue;
        return FieldError("policy.rules",
                          StrCat("none for ", role, ", ", v1::DataClass_Name(field_class), ", ",
                                 v1::Capacity_Name(capacity)),
                          "one for every role, class and capacity");
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PolicyEngine> PolicyEngine::Compile(const v1::ReleasePolicy& policy) {
  if (policy.version().empty()) return FieldError("policy.version", "empty", "a version");
  if (policy.ByteSizeLong() > kPolicyBytesMax) {
    return FieldError("policy", StrCat(policy.ByteSizeLong(), " bytes"),
                      StrCat("at most ", kPolicyBytesMax, ", to fit a log entry"));
  }
  PolicyCompiler compiler;
  compiler.engine_.version_ = policy.version();
  compiler.engine_.bytes_ = ContentBytes(policy);
  compiler.engine_.digest_ = crypto::Sha256(compiler.engine_.bytes_);
  compiler.engine_.roles_.resize(kRoles);
  for (int i = 0; i < policy.roles_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(compiler.AddRole(policy.roles(i), StrCat("policy.roles[", i, "]")));
  }
  for (int i = 0; i < policy.rules_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(compiler.AddRule(policy.rules(i), StrCat("policy.rules[", i, "]")));
  }
  for (int i = 0; i < policy.break_glass_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        compiler.AddBreakGlass(policy.break_glass(i), StrCat("policy.break_glass[", i, "]")));
  }
  CONCORDAT_RETURN_IF_ERROR(compiler.Finish());
  CONCORDAT_RETURN_IF_ERROR(compiler.AddSharing(policy));
  return std::move(compiler.engine_);
}

absl::StatusOr<PolicyEngine> PolicyEngine::CompileBytes(std::string_view bytes) {
  v1::ReleasePolicy policy;
  if (bytes.size() > kPolicyBytesMax || !policy.ParseFromString(std::string(bytes))) {
    return FieldError("policy", StrCat(bytes.size(), " other bytes"), "a serialised ReleasePolicy");
  }
  const bool has_unknown = HasUnknownFields(policy);
  if (has_unknown || ContentBytes(policy) != bytes) {
    return FieldError("policy", has_unknown ? "fields of a later version" : "another serialisation",
                      "what this version of Concordat would have written");
  }
  return Compile(policy);
}

}  // namespace concordat::auth
