#include "tools/policy_book.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "auth/config_file.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::PolicyEngine;

constexpr char kLockWhy[] =
    "R7: whoever faces the perpetrator never gets the victim's place, contact, safety plan or "
    "words. No policy file can change that.";
constexpr char kNoRuleWhy[] = "What no rule speaks of is withheld.";
constexpr char kRowsWhy[] = "The role's visible_events list which kinds of events it may see.";
constexpr char kGatewayWhy[] =
    "No gateway of the policy leads from the source's role to the reader's for this purpose.";
constexpr char kAgreementWhy[] = "No agreement of source and reader for this purpose is in date.";
constexpr char kEmbargoWhy[] = "The source gave a time until which nobody else is given it.";
constexpr std::string_view kRowsPrefix = "rows-";  // Of the ids that the engine makes.

bool IsPartOf(const std::vector<v1::Condition>& part, const std::vector<v1::Condition>& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

}  // namespace

absl::StatusOr<PolicyBook> PolicyBook::Load(const std::string& path) {
  v1::ReleasePolicy policy;
  CONCORDAT_RETURN_IF_ERROR(auth::ReadTextproto(path, &policy));
  absl::StatusOr<PolicyBook> book = Of(policy);
  if (book.ok()) return book;
  return absl::Status(book.status().code(), StrCat(path, ": ", book.status().message()));
}

absl::StatusOr<PolicyBook> PolicyBook::Of(const v1::ReleasePolicy& policy) {
  CONCORDAT_ASSIGN_OR_RETURN(PolicyEngine engine, PolicyEngine::Compile(policy));
  std::map<std::string, std::string, std::less<>> whys;
  for (const v1::FieldRule& rule : policy.rules()) whys[rule.id()] = rule.why();
  v1::ReleasePolicy sharing;
  *sharing.mutable_gateways() = policy.gateways();
  *sharing.mutable_agreements() = policy.agreements();
  return PolicyBook(std::move(engine), std::move(whys), std::move(sharing));
}

std::string PolicyBook::WhyOf(std::string_view rule_id) const {
  if (rule_id == PolicyEngine::kLockRuleId) return kLockWhy;
  if (rule_id == PolicyEngine::kNoRuleId) return kNoRuleWhy;
  if (rule_id == PolicyEngine::kGatewayRuleId) return kGatewayWhy;
  if (rule_id == PolicyEngine::kAgreementRuleId) return kAgreementWhy;
  if (rule_id == PolicyEngine::kEmbargoRuleId) return kEmbargoWhy;
  const auto found = whys_.find(rule_id);
  if (found != whys_.end()) return found->second.empty() ? "no reason is given" : found->second;
  return rule_id.substr(0, kRowsPrefix.size()) == kRowsPrefix ? kRowsWhy : "no reason is given";
}

std::vector<v1::Condition> GrantableConditions() {
  std::vector<v1::Condition> grantable;
  for (const v1::Condition condition : AllOf<v1::Condition>()) {
    if (ConditionSetOf({condition}).Holds(condition)) grantable.push_back(condition);
  }
  return grantable;
}

std::vector<std::vector<v1::Condition>> ConditionSets() {
  const std::vector<v1::Condition> grantable = GrantableConditions();
  std::vector<std::vector<v1::Condition>> sets;
  for (size_t bits = 0; bits < size_t{1} << grantable.size(); ++bits) {
    sets.emplace_back();
    for (size_t i = 0; i < grantable.size(); ++i) {
      if ((bits >> i) & 1u) sets.back().push_back(grantable[i]);
    }
  }
  std::stable_sort(sets.begin(), sets.end(),
                   [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return sets;
}

auth::ConditionSet ConditionSetOf(const std::vector<v1::Condition>& conditions) {
  auth::ConditionSet set;
  for (const v1::Condition condition : conditions) set.Add(condition);
  return set;
}

std::vector<Offer> OffersOf(const PolicyEngine& engine, const auth::ViewRoles& view,
                            v1::DataClass field_class, v1::Capacity capacity,
                            v1::SourceClass source) {
  std::vector<Offer> offers;
  for (const auto& conditions : ConditionSets()) {
    const PolicyEngine::Decision decision =
        engine.Decide(view, field_class, capacity, source, ConditionSetOf(conditions));
    // ReleaseAction is numbered from the mildest to the strictest.
    const bool is_nothing_new = std::any_of(offers.begin(), offers.end(), [&](const Offer& offer) {
      return IsPartOf(offer.conditions, conditions) && offer.decision.action <= decision.action;
    });
    if (!is_nothing_new) offers.push_back({conditions, decision});
  }
  return offers;
}

bool WaitsForTwoPersons(const std::vector<Offer>& offers) {
  return offers[0].decision.reason == v1::TWO_PERSON_APPROVAL_NEEDED;
}

std::string OffersText(const std::vector<Offer>& offers) {
  const PolicyEngine::Decision& first = offers[0].decision;
  std::vector<std::string> parts;
  if (PolicyBook::IsLock(first)) {
    parts.push_back("withheld by R7");
  } else if (WaitsForTwoPersons(offers)) {
    parts.push_back(StrCat(ActionWord(first.action), " until TWO_PERSON_APPROVAL"));
  } else if (offers.size() == 1 || first.action == v1::GENERALISE) {
    parts.push_back(ActionWord(first.action));
  }
  for (size_t i = 1; i < offers.size(); ++i) {
    parts.push_back(StrCat(ActionWord(offers[i].decision.action), " if ",
                           ConditionsText(offers[i].conditions)));
  }
  return absl::StrJoin(parts, ", ");
}

std::string ConditionsText(const std::vector<v1::Condition>& conditions) {
  if (conditions.empty()) return "no condition";
  return absl::StrJoin(conditions, " and ", [](std::string* out, v1::Condition condition) {
    out->append(v1::Condition_Name(condition));
  });
}

std::string DigestText(const PolicyEngine& engine) {
  return absl::BytesToHexString(ToAbsl(crypto::AsBytes(engine.digest())));
}

}  // namespace concordat::tools
