#include "services/common/auth_policy.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.pb.h"

namespace concordat::services {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using Roles = std::vector<v1::Role>;

std::string WireName(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

const ServiceDescriptor* FindService(std::string_view full_name) {
  return v1::GetCheckpointRequest::descriptor()->file()->pool()->FindServiceByName(
      std::string(full_name));
}

bool MethodExists(const std::string& wire_name) {
  const std::vector<std::string> parts = absl::StrSplit(wire_name, '/');
  if (parts.size() != 3 || !parts[0].empty()) return false;
  const ServiceDescriptor* service = FindService(parts[1]);
  return service != nullptr && service->FindMethodByName(parts[2]) != nullptr;
}

absl::Status CheckRules(const std::vector<MethodRule>& rules,
                        absl::flat_hash_map<std::string, MethodRule>* by_method) {
  for (const MethodRule& rule : rules) {
    if (!MethodExists(rule.method)) {
      return absl::FailedPreconditionError(StrCat("authentication policy: got a rule for ",
                                                  rule.method, ", want an existing method"));
    }
    if (rule.roles.empty()) {
      return absl::FailedPreconditionError(
          StrCat("authentication policy: got no role for ", rule.method, ", want at least one"));
    }
    if (rule.person == PersonPolicy::kUnstated) {
      return absl::FailedPreconditionError(
          StrCat("authentication policy: got nothing of persons for ", rule.method,
                 ", want whether one must be behind it"));
    }
    if (rule.policy == AuthPolicy::kAuditor && rule.roles != Roles{v1::AUDITOR}) {
      return absl::FailedPreconditionError(StrCat("authentication policy: got ",
                                                  RoleNames(rule.roles), " for ", rule.method,
                                                  ", want AUDITOR alone"));
    }
    if (!by_method->emplace(rule.method, rule).second) {
      return absl::FailedPreconditionError(
          StrCat("authentication policy: got two rules for ", rule.method, ", want one"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

AuthPolicyTable::AuthPolicyTable(absl::flat_hash_map<std::string, MethodRule> rules)
    : rules_(std::move(rules)) {}

absl::StatusOr<AuthPolicyTable> AuthPolicyTable::Create(absl::Span<const std::string_view> services,
                                                        const std::vector<MethodRule>& rules) {
  absl::flat_hash_map<std::string, MethodRule> all;
  CONCORDAT_RETURN_IF_ERROR(CheckRules(rules, &all));
  absl::flat_hash_map<std::string, MethodRule> served;
  for (const std::string_view name : services) {
    const ServiceDescriptor* service = FindService(name);
    if (service == nullptr) {
      return absl::FailedPreconditionError(
          StrCat("authentication policy: got service ", name, ", want an existing one"));
    }
    for (int i = 0; i < service->method_count(); ++i) {
      const std::string method = WireName(*service->method(i));
      const auto rule = all.find(method);
      if (rule == all.end()) {
        return absl::FailedPreconditionError(
            StrCat("authentication policy: got no rule for ", method, ", want one"));
      }
      served.emplace(method, rule->second);
    }
  }
  return AuthPolicyTable(std::move(served));
}

absl::StatusOr<AuthPolicyTable> AuthPolicyTable::ForServices(
    absl::Span<const std::string_view> services) {
  return Create(services, ConcordatRules());
}

const MethodRule* AuthPolicyTable::Find(std::string_view method) const {
  const auto rule = rules_.find(ToAbsl(method));
  return rule == rules_.end() ? nullptr : &rule->second;
}

const std::vector<MethodRule>& ConcordatRules() {
  static const Roles& police = *new Roles{v1::POLICE};
  static const Roles& social = *new Roles{v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE};
  static const Roles& victim = *new Roles{v1::VICTIM_SERVICE};
  static const Roles& auditor = *new Roles{v1::AUDITOR};
  // Whoever takes part in cases: evaluators get aggregates and auditors the log, never a case.
  static const Roles& cases = *new Roles{
      v1::POLICE,         v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE, v1::MARAC_COORDINATOR,
      v1::VICTIM_SERVICE, v1::DRIVE_CASE_MANAGER,    v1::PROBATION,         v1::HEALTH_SERVICE,
      v1::HOUSING};
  // A seal shuts another agency out, by one agency's word.
  static const Roles& sealers = *new Roles{v1::POLICE, v1::MARAC_COORDINATOR};
  // Who may break the glass, if the policy lets them: nobody who works with the perpetrator (R7).
  static const Roles& glass = *new Roles{
      v1::POLICE,         v1::CHILDRENS_SOCIAL_CARE, v1::ADULT_SOCIAL_CARE, v1::MARAC_COORDINATOR,
      v1::VICTIM_SERVICE, v1::HEALTH_SERVICE};
  // Who may ask for a person's data to be destroyed: nobody who works with the perpetrator.
  static const Roles& erasers = *new Roles{v1::POLICE,
                                           v1::CHILDRENS_SOCIAL_CARE,
                                           v1::ADULT_SOCIAL_CARE,
                                           v1::MARAC_COORDINATOR,
                                           v1::VICTIM_SERVICE,
                                           v1::HEALTH_SERVICE,
                                           v1::HOUSING};
  constexpr AuthPolicy kAgency = AuthPolicy::kAgency;
  constexpr AuthPolicy kOnBehalf = AuthPolicy::kRoleServiceOnBehalf;
  constexpr AuthPolicy kAuditor = AuthPolicy::kAuditor;
  constexpr PersonPolicy kSystem = PersonPolicy::kSystem;
  constexpr PersonPolicy kPerson = PersonPolicy::kPerson;
  constexpr PersonPolicy kFresh = PersonPolicy::kFresh;
  static const auto& rules = *new std::vector<MethodRule>{
      {"/concordat.v1.Ledger/Append", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/AppendStream", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/ReadCase", kOnBehalf, cases, kPerson},
      {"/concordat.v1.Ledger/FollowAlerts", kOnBehalf, victim, kSystem},
      {"/concordat.v1.Ledger/AcknowledgeAlerts", kOnBehalf, victim, kSystem},
      {"/concordat.v1.Ledger/GetCheckpoint", kAuditor, auditor, kSystem},
      {"/concordat.v1.Ledger/GetEntries", kAuditor, auditor, kSystem},
      {"/concordat.v1.Ledger/GetConsistencyProof", kAuditor, auditor, kSystem},
      {"/concordat.v1.Ledger/FindSubjects", kAuditor, auditor, kSystem},
      {"/concordat.v1.Ledger/ReplayRelease", kAuditor, auditor, kSystem},
      {"/concordat.v1.Ledger/GetRelease", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/ConfirmRelease", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/SetEvidenceHold", kOnBehalf, police, kPerson},
      {"/concordat.v1.Ledger/SealCase", kOnBehalf, sealers, kPerson},
      {"/concordat.v1.Ledger/RequestErasure", kOnBehalf, erasers, kPerson},
      {"/concordat.v1.Ledger/ApproveErasure", kOnBehalf, erasers, kPerson},
      {"/concordat.v1.Ledger/BreakGlass", kOnBehalf, glass, kFresh},
      {"/concordat.v1.Ledger/ReviewBreakGlass", kOnBehalf, cases, kPerson},
      {"/concordat.v1.Ledger/RequestApproval", kOnBehalf, cases, kFresh},
      {"/concordat.v1.Ledger/GiveApproval", kOnBehalf, cases, kFresh},
      {"/concordat.v1.Ledger/RegisterConnection", kOnBehalf, cases, kPerson},
      {"/concordat.v1.Ledger/ReadNotices", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/AcknowledgeNotices", kOnBehalf, cases, kSystem},
      {"/concordat.v1.Ledger/ListReadings", kOnBehalf, cases, kPerson},
      {"/concordat.v1.Governance/GetRelease", kAgency, cases, kSystem},
      {"/concordat.v1.Governance/ConfirmRelease", kAgency, cases, kSystem},
      {"/concordat.v1.Governance/SetEvidenceHold", kAgency, police, kPerson},
      {"/concordat.v1.Governance/SealCase", kAgency, sealers, kPerson},
      {"/concordat.v1.Governance/RequestErasure", kAgency, erasers, kPerson},
      {"/concordat.v1.Governance/ApproveErasure", kAgency, erasers, kPerson},
      {"/concordat.v1.Governance/BreakGlass", kAgency, glass, kFresh},
      {"/concordat.v1.Governance/ReviewBreakGlass", kAgency, cases, kPerson},
      {"/concordat.v1.Governance/RequestApproval", kAgency, cases, kFresh},
      {"/concordat.v1.Governance/GiveApproval", kAgency, cases, kFresh},
      {"/concordat.v1.Governance/RegisterConnection", kAgency, cases, kPerson},
      {"/concordat.v1.Governance/ReadNotices", kAgency, cases, kSystem},
      {"/concordat.v1.Governance/AcknowledgeNotices", kAgency, cases, kSystem},
      {"/concordat.v1.Governance/ListReadings", kAgency, cases, kPerson},
      {"/concordat.v1.Police/NotifyIncident", kAgency, police, kSystem},
      {"/concordat.v1.Police/NotifyIncidents", kAgency, police, kSystem},
      {"/concordat.v1.Police/ReadCase", kAgency, police, kPerson},
      {"/concordat.v1.Social/RecordContact", kAgency, social, kSystem},
      {"/concordat.v1.Social/RecordContacts", kAgency, social, kSystem},
      {"/concordat.v1.Social/ReadCase", kAgency, social, kPerson},
      {"/concordat.v1.Marac/ReferCase", kAgency, cases, kSystem},
      {"/concordat.v1.Marac/PullCaseHistory", kAgency, cases, kPerson},
      {"/concordat.v1.Victim/WatchAlerts", kAgency, victim, kSystem},
      {"/concordat.v1.Victim/AcknowledgeAlerts", kAgency, victim, kSystem},
      {"/concordat.v1.Victim/RecordLiaisonContact", kAgency, victim, kSystem},
      {"/concordat.v1.Victim/ReadCase", kAgency, victim, kPerson},
  };
  return rules;
}

bool MayActFor(v1::Role service_role, v1::Role end_caller_role) {
  switch (service_role) {
    case v1::POLICE:
    case v1::VICTIM_SERVICE:
      return end_caller_role == service_role;
    case v1::CHILDRENS_SOCIAL_CARE:
    case v1::ADULT_SOCIAL_CARE:
      return end_caller_role == v1::CHILDRENS_SOCIAL_CARE ||
             end_caller_role == v1::ADULT_SOCIAL_CARE;
    case v1::MARAC_COORDINATOR:
      return end_caller_role != v1::ROLE_UNSPECIFIED && end_caller_role != v1::EVALUATOR &&
             end_caller_role != v1::AUDITOR && v1::Role_IsValid(end_caller_role);
    default:
      return false;
  }
}

std::string RoleNames(const std::vector<v1::Role>& roles) {
  return absl::StrJoin(roles, " or ",
                       [](std::string* out, v1::Role role) { out->append(v1::Role_Name(role)); });
}

}  // namespace concordat::services
