#include "tools/policy_who.h"

#include <array>
#include <vector>

#include "base/str_cat.h"
#include "tools/policy_explain.h"
#include "tools/policy_rows.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::FieldOutcome;
using auth::PolicyEngine;

enum Group { kAlways, kOnACondition, kNotYet, kNever, kGroups };
constexpr const char* kHeads[kGroups] = {"Always", "On a condition",
                                         "By a second person's approval", "Never"};

const PolicyField* FieldOf(const PolicySubject& subject) {
  return subject.field ? &*subject.field : nullptr;
}

std::vector<v1::EventType> EventsOf(const PolicyEngine& engine, const auth::ViewRoles& view,
                                    const PolicySubject& subject) {
  if (!subject.field) return VisibleTypes(engine, view, AllOf<v1::EventType>());
  const v1::EventType replacement = subject.field->replacement;
  if (replacement != v1::EVENT_TYPE_UNSPECIFIED &&
      VisibleTypes(engine, view, {replacement}).empty()) {
    return {};
  }
  return VisibleTypes(engine, view, subject.field->events);
}

std::string LeftText(const PolicySubject& subject, v1::ReleaseAction action) {
  const std::string word = ActionWord(action);
  if (!subject.field || action != v1::GENERALISE) return word;
  switch (subject.field->generalised) {
    case FieldOutcome::kWhole:
      return word + ", which leaves it as it is";
    case FieldOutcome::kReduced:
      return StrCat(word, " to ", v1::Generaliser_Name(subject.field->generaliser));
    default:
      return word + ", which leaves nothing of it";
  }
}

std::string GroundsOf(const PolicyBook& book, const PolicyEngine::Decision& decision) {
  const std::string text = DecisionText(book, decision);
  return text.substr(text.find(", ") + 2);
}

// What the role is held to besides its conditions, as lines of their own.
std::string LimitsText(const PolicyEngine& engine, const auth::ViewRoles& view,
                       const PolicySubject& subject, const std::vector<v1::EventType>& events) {
  const std::vector<v1::EventType> all =
      subject.field ? subject.field->events : AllOf<v1::EventType>();
  std::string text;
  if (events != all) StrAppend(&text, "    only in ", NamesOf(events), "\n");
  const std::vector<v1::SourceClass> sources = VisibleSources(engine, view, events);
  if (sources != AllOf<v1::SourceClass>()) {
    StrAppend(&text, "    only told by ", NamesOf(sources), "\n");
  }
  return text;
}

struct Answer {
  Group group;
  std::string text;
};

Answer AnswerFor(const PolicyBook& book, v1::Role role, const PolicySubject& subject) {
  const PolicyEngine& engine = book.engine();
  const auth::ViewRoles view = {{role}};
  const std::string head = StrCat("  ", v1::Role_Name(role), ": ");
  const std::vector<v1::EventType> events = EventsOf(engine, view, subject);
  if (events.empty()) {
    const v1::EventType asked =
        subject.field ? subject.field->events[0] : AllOf<v1::EventType>()[0];
    const PolicyEngine::Decision row = engine.DecideRow(view, asked, v1::SOURCE_AGENCY_OBSERVED);
    return {kNever, StrCat(head, "sees no event that could hold it",
                           row.action == v1::CONCEAL ? ", " + GroundsOf(book, row) : "", "\n")};
  }
  const std::vector<Offer> offers =
      OffersOf(engine, view, subject.field_class, subject.capacity, v1::SOURCE_AGENCY_OBSERVED);
  std::string text;
  Group group = WaitsForTwoPersons(offers) ? kNotYet : kNever;
  for (const Offer& offer : offers) {
    const bool unconditional = offer.conditions.empty();
    if (OutcomeOf(offer.decision.action, FieldOf(subject)) == FieldOutcome::kRemoved) {
      if (offers.size() == 1) text = LeftText(subject, offer.decision.action);
      continue;
    }
    if (unconditional) group = kAlways;
    if (!unconditional && group != kAlways) group = kOnACondition;
    StrAppend(&text, text.empty() ? "" : "; ", LeftText(subject, offer.decision.action),
              unconditional ? "" : StrCat(" if ", ConditionsText(offer.conditions)));
  }
  // Several roles' offers would each have a rule; of one role all have the same.
  StrAppend(&text, text.empty() ? "withheld, " : ", ", GroundsOf(book, offers.back().decision),
            "\n");
  if (group == kAlways || group == kOnACondition) {
    StrAppend(&text, LimitsText(engine, view, subject, events));
  }
  return {group, head + text};
}

}  // namespace

std::string WhoCanSeeText(const PolicyBook& book, const PolicySubject& subject) {
  std::array<std::string, kGroups> groups;
  for (const v1::Role role : AllOf<v1::Role>()) {
    const Answer answer = AnswerFor(book, role, subject);
    groups[answer.group].append(answer.text);
  }
  std::string text;
  if (subject.field) StrAppend(&text, subject.field->path, ": ");
  StrAppend(&text, v1::DataClass_Name(subject.field_class), " of ",
            v1::Capacity_Name(subject.capacity), "\n");
  for (int group = 0; group < kGroups; ++group) {
    if (!groups[group].empty()) StrAppend(&text, kHeads[group], ":\n", groups[group]);
  }
  return text;
}

}  // namespace concordat::tools
