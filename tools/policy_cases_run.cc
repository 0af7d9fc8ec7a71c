#include "tools/policy_cases_run.h"

#include "auth/policy.h"
#include "base/str_cat.h"
#include "tools/policy_explain.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using About = PolicyCase::About;

struct Got {
  CaseOutcome outcome;
  auth::PolicyEngine::Decision decision = {};  // Of all but a purpose.
  const v1::PurposeRule* purpose = nullptr;    // Of an allowed one.
};

CaseOutcome OutcomeOfField(auth::FieldOutcome outcome) {
  switch (outcome) {
    case auth::FieldOutcome::kWhole:
      return CaseOutcome::kReleased;
    case auth::FieldOutcome::kReduced:
      return CaseOutcome::kGeneralised;
    default:
      return CaseOutcome::kWithheld;
  }
}

auth::ViewRoles ViewOf(const PolicyCase& one) {
  auth::ViewRoles view = {{one.role}};
  if (one.through != v1::ROLE_UNSPECIFIED) view.roles.push_back(one.through);
  return view;
}

Got GotOf(const auth::PolicyEngine& engine, const PolicyCase& one) {
  Got got = {};
  switch (one.about) {
    case About::kPurpose:
      got.purpose = engine.FindPurpose(one.role, one.purpose);
      got.outcome = got.purpose == nullptr ? CaseOutcome::kRefused : CaseOutcome::kAllowed;
      return got;
    case About::kEvent:
      got.decision = engine.DecideRow(ViewOf(one), one.type, one.source);
      got.outcome =
          got.decision.action == v1::RELEASE ? CaseOutcome::kSeen : CaseOutcome::kConcealed;
      return got;
    default:
      got.decision = engine.Decide(ViewOf(one), one.field_class, one.capacity, one.source,
                                   ConditionSetOf(one.conditions));
      got.outcome =
          OutcomeOfField(OutcomeOf(got.decision.action, one.field ? &*one.field : nullptr));
      return got;
  }
}

bool IsAsExpected(const PolicyCase& one, const Got& got) {
  if (got.outcome != one.outcome) return false;
  if (one.reason != v1::REASON_UNSPECIFIED && got.decision.reason != one.reason) return false;
  return one.gateway == v1::GATEWAY_UNSPECIFIED ||
         (got.purpose != nullptr && got.purpose->gateway() == one.gateway);
}

std::string GotText(const PolicyBook& book, const PolicyCase& one, const Got& got) {
  if (got.purpose != nullptr) {
    return StrCat("allowed by ", v1::LegalGateway_Name(got.purpose->gateway()), " under ",
                  v1::Regime_Name(got.purpose->regime()));
  }
  if (one.about == About::kPurpose) return "refused: the role's purposes don't list it";
  const std::string decision = DecisionText(book, got.decision);
  // The outcome is the reader's, the decision the rule's: a rule may leave nothing of a field.
  const std::string_view outcome = OutcomeWord(got.outcome);
  return outcome == ActionWord(got.decision.action) ? decision : StrCat(outcome, ": ", decision);
}

std::string CaseText(const PolicyCase& one) {
  const std::string view = StrCat(ViewText(one.role, one.through), ": ");
  const std::string told = StrCat(", told by ", v1::SourceClass_Name(one.source));
  switch (one.about) {
    case About::kPurpose:
      return view + v1::Purpose_Name(one.purpose);
    case About::kEvent:
      return StrCat(view, v1::EventType_Name(one.type), told);
    default:
      return StrCat(view, one.field ? one.field->path + ", " : "",
                    v1::DataClass_Name(one.field_class), " of ", v1::Capacity_Name(one.capacity),
                    told, ", with ", ConditionsText(one.conditions));
  }
}

std::string ExpectedText(const PolicyCase& one) {
  std::string text(OutcomeWord(one.outcome));
  if (one.reason != v1::REASON_UNSPECIFIED) {
    StrAppend(&text, ", ", v1::ReasonCode_Name(one.reason));
  }
  if (one.gateway != v1::GATEWAY_UNSPECIFIED) {
    StrAppend(&text, " by ", v1::LegalGateway_Name(one.gateway));
  }
  return text;
}

}  // namespace

std::optional<std::string> FailureOf(const PolicyBook& book, const PolicyCase& one) {
  const Got got = GotOf(book.engine(), one);
  if (IsAsExpected(one, got)) return std::nullopt;
  return StrCat(CaseText(one), "\n",
                one.promise.empty() ? "" : StrCat("  promise:  ", one.promise, "\n"),
                "  expected: ", ExpectedText(one), "\n  got:      ", GotText(book, one, got), "\n");
}

}  // namespace concordat::tools
