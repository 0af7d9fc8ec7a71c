#include "tools/policy_corpus.h"

#include <set>
#include <utility>

#include "auth/conditions.h"
#include "auth/event_type.h"
#include "auth/redactor.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using auth::FieldDecision;
using auth::FieldOutcome;

std::string OutcomeName(FieldOutcome outcome) {
  switch (outcome) {
    case FieldOutcome::kWhole:
      return "released";
    case FieldOutcome::kReduced:
      return "generalised";
    default:
      return "not given";
  }
}

// What the reader gets of each field; of a concealed event, of none.
std::map<std::string, FieldDecision> FieldsOf(const auth::Explanation& explanation) {
  std::map<std::string, FieldDecision> fields;
  for (const FieldDecision& field : explanation.fields) fields.emplace(field.path, field);
  return fields;
}

FieldOutcome OutcomeIn(const std::map<std::string, FieldDecision>& fields,
                       const std::string& path) {
  const auto found = fields.find(path);
  return found == fields.end() ? FieldOutcome::kRemoved : found->second.outcome;
}

std::string Times(uint64_t count, const char* what) {
  return StrCat(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace

void PolicyCorpus::Add(const v1::CaseEvent& event) {
  ++events_;
  auth::ReleaseContext context;
  context.type = auth::TypeOf(event);
  context.source = event.source_class();
  context.conditions = auth::ConditionsOf(event, flags_);
  context.event_time = ToTime(event.occurred_at());
  // Rows and fields are counted; a corpus says nothing of agencies.
  context.source_agency = context.reader_agency = "any";
  std::optional<auth::CorrectedRow> begins = auth::CorrectedRow{context.type, context.source};
  if (event.has_correction()) {
    const auto corrected =
        rows_.find({event.source_system(), event.correction().corrects_reference(),
                    event.correction().corrects_revision()});
    begins = corrected == rows_.end() ? std::nullopt : corrected->second;
    context.corrects = begins;
  }
  rows_.emplace(Key{event.source_system(), event.source_reference(), event.revision()}, begins);
  for (const v1::Role role : AllOf<v1::Role>()) AddForRole(role, &context, event);
}

void PolicyCorpus::AddForRole(v1::Role role, auth::ReleaseContext* context,
                              const v1::CaseEvent& event) {
  context->view = {{role}};
  const auth::Explanation was = auth::Explain(before_.engine(), *context, event);
  const auth::Explanation is = auth::Explain(after_.engine(), *context, event);
  if (is.redacted && !was.redacted) ++gained_[role];
  if (was.redacted && !is.redacted) ++lost_[role];
  const auto old_fields = FieldsOf(was);
  const auto new_fields = FieldsOf(is);
  std::set<Change> changed;
  // The fields of an event that both show are the same; of one that only one shows, that one's.
  for (const auto& [path, field] : is.redacted ? new_fields : old_fields) {
    const FieldOutcome from = OutcomeIn(old_fields, path);
    const FieldOutcome to = OutcomeIn(new_fields, path);
    if (from == to) continue;
    const Change change = {to > from, role, auth::DecidingClass(field.field_class, field.capacity),
                           from, to};
    ++changes_[change].fields;
    changed.insert(change);
  }
  for (const Change& change : changed) ++changes_[change].events;
}

std::string PolicyCorpus::Text() const {
  std::string text;
  const auto events = [&](const std::map<v1::Role, uint64_t>& counts, const char* head,
                          const char* tail) {
    for (const auto& [role, count] : counts) {
      StrAppend(&text, head, v1::Role_Name(role), ": ", Times(count, "event"), tail, "\n");
    }
  };
  const auto fields = [&](bool is_less, const char* head) {
    for (const auto& [change, count] : changes_) {
      const auto& [less, role, field_class, from, to] = change;
      if (less != is_less) continue;
      StrAppend(&text, head, v1::Role_Name(role), ": ", v1::DataClass_Name(field_class), ": ",
                OutcomeName(from), " becomes ", OutcomeName(to), ": ", Times(count.fields, "field"),
                " of ", Times(count.events, "event"), "\n");
    }
  };
  events(gained_, "!! ", " newly shown");
  fields(false, "!! ");
  events(lost_, "   ", " no longer shown");
  fields(true, "   ");
  return text;
}

}  // namespace concordat::tools
