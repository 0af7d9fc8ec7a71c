// A release policy file, compiled, beside what its rules say of themselves.
#ifndef CONCORDAT_TOOLS_POLICY_BOOK_H_
#define CONCORDAT_TOOLS_POLICY_BOOK_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "auth/policy.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::tools {

// Immutable, thread-safe. Decisions are the engine's alone: the texts are only looked up by the ids
// of the rules that decided.
class PolicyBook {
 public:
  // From a textproto file. Every error names the path; the errors of base/files.h, and
  // INVALID_ARGUMENT for a file that does not parse or that PolicyEngine::Compile refuses.
  static absl::StatusOr<PolicyBook> Load(const std::string& path);

  // INVALID_ARGUMENT as PolicyEngine::Compile.
  static absl::StatusOr<PolicyBook> Of(const v1::ReleasePolicy& policy);

  const auth::PolicyEngine& engine() const { return engine_; }

  // Of the file: its gateways and its agreements, and nothing else.
  const v1::ReleasePolicy& sharing() const { return sharing_; }

  // Why the rule decides so, in one sentence: its own `why`; of the lock, of a list of visible
  // events, of the default and of what is asked between agencies, what they are. "no reason is
  // given" for a rule without one.
  std::string WhyOf(std::string_view rule_id) const;

  // Whether the file had no say: R7 decided.
  static bool IsLock(const auth::PolicyEngine::Decision& decision) {
    return decision.rule_id == auth::PolicyEngine::kLockRuleId;
  }

 private:
  PolicyBook(auth::PolicyEngine engine, std::map<std::string, std::string, std::less<>> whys,
             v1::ReleasePolicy sharing)
      : engine_(std::move(engine)), whys_(std::move(whys)), sharing_(std::move(sharing)) {}

  auth::PolicyEngine engine_;
  std::map<std::string, std::string, std::less<>> whys_;  // By rule id.
  v1::ReleasePolicy sharing_;
};

// What a view is given of one class: the decision when no condition holds, then one for each
// smallest set of conditions under which it is milder than under any part of that set.
struct Offer {
  std::vector<v1::Condition> conditions;
  auth::PolicyEngine::Decision decision;
};
std::vector<Offer> OffersOf(const auth::PolicyEngine& engine, const auth::ViewRoles& view,
                            v1::DataClass field_class, v1::Capacity capacity,
                            v1::SourceClass source);

// Whether the offers' first decision waits for a condition that nothing grants yet.
bool WaitsForTwoPersons(const std::vector<Offer>& offers);

// "released", "withheld", "withheld by R7", "released if VICTIM_CONSENT", "withheld until
// TWO_PERSON_APPROVAL", "generalised, released if VICTIM_CONSENT".
std::string OffersText(const std::vector<Offer>& offers);

// The conditions that a case can meet, ascending; and every set of them, smaller ones first.
std::vector<v1::Condition> GrantableConditions();
std::vector<std::vector<v1::Condition>> ConditionSets();

auth::ConditionSet ConditionSetOf(const std::vector<v1::Condition>& conditions);

// "VICTIM_CONSENT and HIGH_RISK_CASE"; "no condition" for none.
std::string ConditionsText(const std::vector<v1::Condition>& conditions);

// SHA-256 of the policy's content, in hexadecimal, as the log names it.
std::string DigestText(const auth::PolicyEngine& engine);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_BOOK_H_
