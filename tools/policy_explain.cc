#include "tools/policy_explain.h"

#include "auth/field_decision.h"
#include "auth/redactor.h"
#include "base/str_cat.h"
#include "tools/policy_sharing.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::FieldDecision;
using auth::FieldOutcome;
using auth::PolicyEngine;

std::string WhoseText(v1::Capacity capacity) {
  return capacity == v1::CAPACITY_UNSPECIFIED ? "nobody named, so as of a VICTIM"
                                              : v1::Capacity_Name(capacity);
}

std::string ClassText(v1::DataClass field_class, v1::Capacity capacity) {
  const v1::DataClass deciding = auth::DecidingClass(field_class, capacity);
  return StrCat(
      v1::DataClass_Name(field_class), " of ", WhoseText(capacity),
      deciding == field_class ? "" : StrCat(" (decided as ", v1::DataClass_Name(deciding), ")"));
}

// The reason code, the rule and its text: all but the action.
std::string GroundsText(const PolicyBook& book, const PolicyEngine::Decision& decision) {
  return StrCat(decision.reason == v1::REASON_UNSPECIFIED
                    ? ""
                    : StrCat(v1::ReasonCode_Name(decision.reason), ", "),
                "by ", decision.rule_id,
                PolicyBook::IsLock(decision) ? " (above the policy file)" : "", ": ",
                book.WhyOf(decision.rule_id));
}

std::string OutcomeText(const FieldDecision& field) {
  if (field.gone_with_element) {
    return StrCat(ActionWord(field.decision.action), ", but gone with the element around it");
  }
  const std::string action = ActionWord(field.decision.action);
  if (field.decision.action != v1::GENERALISE) return action;
  switch (field.outcome) {
    case FieldOutcome::kWhole:
      return action + ", which leaves it as it is";
    case FieldOutcome::kReduced:
      return action;
    default:
      return action + ", which leaves nothing of it";
  }
}

}  // namespace

std::string DecisionText(const PolicyBook& book, const PolicyEngine::Decision& decision) {
  return StrCat(ActionWord(decision.action), ", ", GroundsText(book, decision));
}

std::string ExplainQuestionText(const PolicyBook& book, const PolicyQuestion& question) {
  const PolicyEngine& engine = book.engine();
  const std::string told = StrCat(", told by ", v1::SourceClass_Name(question.source));
  std::string text;
  if (question.type != v1::EVENT_TYPE_UNSPECIFIED) {
    const PolicyEngine::Decision row =
        engine.DecideRow(question.view, question.type, question.source);
    StrAppend(&text, v1::EventType_Name(question.type), told, ": ",
              row.action == v1::RELEASE ? StrCat("may be seen, ", GroundsText(book, row))
                                        : DecisionText(book, row),
              "\n");
    if (row.action != v1::RELEASE) return text;
  }
  const std::string sharing = ExplainSharingText(book, question.view);
  if (question.field_class == v1::DATA_CLASS_UNSPECIFIED) return text + sharing;
  const PolicyEngine::Decision decision =
      engine.Decide(question.view, question.field_class, question.capacity, question.source,
                    ConditionSetOf(question.conditions));
  StrAppend(&text, ClassText(question.field_class, question.capacity), told, ", ",
            ConditionsText(question.conditions),
            question.conditions.size() > 1 ? " hold" : " holds", ": ", DecisionText(book, decision),
            "\n");
  for (const Offer& offer :
       OffersOf(engine, question.view, question.field_class, question.capacity, question.source)) {
    if (offer.decision.action >= decision.action) continue;
    StrAppend(&text, "  with ", ConditionsText(offer.conditions), ": ",
              DecisionText(book, offer.decision), "\n");
  }
  if (decision.reason == v1::TWO_PERSON_APPROVAL_NEEDED) {
    StrAppend(&text,
              "  TWO_PERSON_APPROVAL is given by a second person, for one case, one reader and one "
              "hour\n");
  }
  return text + sharing;
}

std::string ExplainEventText(const PolicyBook& book, const auth::ReleaseContext& context,
                             const v1::CaseEvent& event) {
  const auth::Explanation explanation = auth::Explain(book.engine(), context, event);
  const std::string head = StrCat(v1::EventType_Name(context.type), ", told by ",
                                  v1::SourceClass_Name(context.source), ": ");
  if (explanation.row.action != v1::RELEASE) {
    return StrCat(head, "the whole event is ", DecisionText(book, explanation.row), "\n");
  }
  std::string text = StrCat(head, "may be seen, ", GroundsText(book, explanation.row), "\n");
  if (explanation.sharing.action != v1::RELEASE) {
    return StrCat(text, "all of it is ", DecisionText(book, explanation.sharing), "\n");
  }
  int whole = 0, reduced = 0;
  for (const FieldDecision& field : explanation.fields) {
    StrAppend(&text, field.path, ": ", ClassText(field.field_class, field.capacity), ": ",
              OutcomeText(field), ", ", GroundsText(book, field.decision), "\n");
    if (field.outcome == FieldOutcome::kWhole) ++whole;
    if (field.outcome == FieldOutcome::kReduced) ++reduced;
  }
  StrAppend(&text, explanation.fields.size(), " fields: ", whole, " whole, ", reduced, " reduced, ",
            explanation.fields.size() - whole - reduced, " left out\n");
  return text;
}

}  // namespace concordat::tools
