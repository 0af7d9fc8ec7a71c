#include <string>
#include <vector>

#include "absl/time/time.h"
#include "auth/conditions.h"
#include "auth/event_type.h"
#include "auth/release_context.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "tools/exit_codes.h"
#include "tools/json_lines.h"
#include "tools/policy.h"
#include "tools/policy_book.h"
#include "tools/policy_explain.h"
#include "tools/policy_sharing.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat policy explain --policy FILE --role ROLE [--through ROLE]\n"
      "                          (--class CLASS ... | --event-type TYPE ... | --event FILE ...)",
      "Says what the release policy decides, by which rule and why, and whether R7 decided above\n"
      "the file. Of a class and its capacity, of an event type, or of every field of one event:\n"
      "its path and class, never its value. Names may be written like victim-location.\n"
      "Without --source, what an agency observed is meant. With --from-agency and its like an\n"
      "event is one agency's record on its way to another: gateways, agreements and embargoes\n"
      "decide, too. Without, what they ask for is said.\n"
      "Exit code 0: explained, whatever was decided; 1: a file could not be read.",
      "concordat policy explain --policy release-policy.textproto --role drive-case-manager \\\n"
      "    --class health --capacity perpetrator --condition high-risk-case\n"
      "  concordat policy explain --policy release-policy.textproto --role police \\\n"
      "    --through marac-coordinator --event event.json --case-flag high-risk",
      0, 0};
}

struct ExplainFlags {
  std::string policy;
  std::string role;
  std::string through;
  std::string field_class;
  std::string capacity;
  std::string source;
  std::string type;
  std::vector<std::string> conditions;
  std::string event;
  std::vector<std::string> case_flags;
  std::string corrects_type;
  std::string corrects_source;
  std::string from_agency;
  std::string from_role;
  std::string to_agency;
  std::string purpose;
  std::string at;

  void AddTo(FlagTable* table) {
    table->RequiredText("policy", &policy, "FILE", "release policy (textproto)")
        .RequiredText("role", &role, "ROLE", "whose eyes it is for")
        .Text("through", &through, "ROLE", "of the role service in between: the stricter decides")
        .Text("class", &field_class, "CLASS", "a data class, such as safety-plan")
        .Text("capacity", &capacity, "CAPACITY", "whose: victim, perpetrator, child, third-party")
        .Text("source", &source, "SOURCE", "who told, such as victim or agency-observed")
        .Text("event-type", &type, "TYPE", "an event type, such as custody-change")
        .TextList("condition", &conditions, "CONDITION", "that holds, such as victim-consent")
        .Text("event", &event, "FILE", "one CaseEvent in JSON; - is standard input")
        .TextList("case-flag", &case_flags, "FLAG",
                  "of the event's case: child-enquiry-open, marac-referred, high-risk")
        .Text("corrects-type", &corrects_type, "TYPE", "of the event that --event corrects")
        .Text("corrects-source", &corrects_source, "SOURCE", "who told what --event corrects")
        .Text("from-agency", &from_agency, "AGENCY", "whose record --event is")
        .Text("from-role", &from_role, "ROLE", "of that agency")
        .Text("to-agency", &to_agency, "AGENCY", "who reads it")
        .Text("purpose", &purpose, "PURPOSE", "what it reads it for")
        .Text("at", &at, "TIME", "when, such as 2026-01-31T12:00:00Z; without it, now");
  }
  bool AskSharing() const { return !(from_agency + from_role + to_agency + purpose + at).empty(); }
};

absl::StatusOr<auth::ViewRoles> ViewOf(const ExplainFlags& flags) {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Role role, ParseName<v1::Role>("--role", flags.role));
  auth::ViewRoles view = {{role}};
  if (flags.through.empty()) return view;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Role through,
                             ParseName<v1::Role>("--through", flags.through));
  view.roles.push_back(through);
  return view;
}

template <typename Enum>
absl::Status ParseIfGiven(std::string_view flag, const std::string& text, Enum* value) {
  if (text.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(*value, ParseName<Enum>(flag, text));
  return absl::OkStatus();
}

absl::StatusOr<PolicyQuestion> QuestionOf(const ExplainFlags& flags) {
  PolicyQuestion question;
  CONCORDAT_ASSIGN_OR_RETURN(question.view, ViewOf(flags));
  if (!flags.case_flags.empty() || !flags.corrects_type.empty() || !flags.corrects_source.empty()) {
    return FieldError("--case-flag, --corrects-type, --corrects-source", "no --event beside them",
                      "one");
  }
  if (flags.AskSharing()) {
    return FieldError("--from-agency, --from-role, --to-agency, --purpose, --at",
                      "no --event beside them", "one");
  }
  if (flags.field_class.empty() && flags.type.empty()) {
    return FieldError("question", "none", "--class, --event-type or --event");
  }
  if (flags.field_class.empty() && (!flags.capacity.empty() || !flags.conditions.empty())) {
    return FieldError("--capacity, --condition", "no --class beside them", "one");
  }
  CONCORDAT_RETURN_IF_ERROR(ParseIfGiven("--class", flags.field_class, &question.field_class));
  CONCORDAT_RETURN_IF_ERROR(ParseIfGiven("--capacity", flags.capacity, &question.capacity));
  CONCORDAT_RETURN_IF_ERROR(ParseIfGiven("--source", flags.source, &question.source));
  CONCORDAT_RETURN_IF_ERROR(ParseIfGiven("--event-type", flags.type, &question.type));
  for (const std::string& text : flags.conditions) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto condition, ParseName<v1::Condition>("--condition", text));
    if (!ConditionSetOf({condition}).Holds(condition)) {
      return FieldError("--condition", v1::Condition_Name(condition),
                        "one that a case can meet; nothing grants this one");
    }
    question.conditions.push_back(condition);
  }
  return question;
}

absl::StatusOr<v1::CaseEvent> ReadEvent(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path == "-" ? "/dev/stdin" : path));
  absl::StatusOr<v1::CaseEvent> event = ParseCaseEvent({1, text, text.size() > kLineBytesMax});
  if (event.ok()) return event;
  return absl::Status(event.status().code(),
                      StrCat("--event ", path, ": ", event.status().message()));
}

// Without these flags: as of a record that may go to the reader.
absl::Status ReadSharing(const ExplainFlags& flags, absl::Time now, auth::ReleaseContext* context) {
  if (!flags.AskSharing()) {
    context->source_agency = context->reader_agency = "any";
    return absl::OkStatus();
  }
  if (flags.from_agency.empty() || flags.from_role.empty() || flags.to_agency.empty() ||
      flags.purpose.empty()) {
    return FieldError("--from-agency, --from-role, --to-agency, --purpose", "some of them",
                      "all or none");
  }
  context->source_agency = flags.from_agency;
  context->reader_agency = flags.to_agency;
  CONCORDAT_ASSIGN_OR_RETURN(context->source_role,
                             ParseName<v1::Role>("--from-role", flags.from_role));
  CONCORDAT_ASSIGN_OR_RETURN(context->purpose, ParseName<v1::Purpose>("--purpose", flags.purpose));
  context->decided_at = now;
  if (flags.at.empty() ||
      absl::ParseTime(absl::RFC3339_full, flags.at, &context->decided_at, nullptr)) {
    return absl::OkStatus();
  }
  return FieldError("--at", StrCat("\"", flags.at, "\""), "a time such as 2026-01-31T12:00:00Z");
}

// What is asked of a record that may go to the reader, where that was not the question.
std::string SharingAskedText(const PolicyBook& book, const auth::ReleaseContext& context,
                             const v1::CaseEvent& event) {
  std::string text = ExplainSharingText(book, context.view);
  if (event.has_embargo_until()) {
    StrAppend(&text, "Of another agency's record all is withheld, EMBARGOED, until ",
              TimeText(event.embargo_until()), "\n");
  }
  return text;
}

// All that a server would take from the log entry, here from the event itself.
absl::StatusOr<auth::ReleaseContext> ContextOf(const ExplainFlags& flags) {
  auth::ReleaseContext context;
  CONCORDAT_ASSIGN_OR_RETURN(context.view, ViewOf(flags));
  if (!flags.field_class.empty() || !flags.capacity.empty() || !flags.source.empty() ||
      !flags.type.empty() || !flags.conditions.empty()) {
    return FieldError("--event",
                      "--class, --capacity, --source, --event-type or --condition beside",
                      "none: the event says them");
  }
  if (flags.corrects_type.empty() != flags.corrects_source.empty()) {
    return FieldError("--corrects-type, --corrects-source", "one of them", "both or none");
  }
  if (flags.corrects_type.empty()) return context;
  CONCORDAT_ASSIGN_OR_RETURN(const auto type,
                             ParseName<v1::EventType>("--corrects-type", flags.corrects_type));
  CONCORDAT_ASSIGN_OR_RETURN(
      const auto source, ParseName<v1::SourceClass>("--corrects-source", flags.corrects_source));
  context.corrects = auth::CorrectedRow{type, source};
  return context;
}

int ExplainEvent(const ExplainFlags& flags, const Console& console) {
  absl::StatusOr<auth::ReleaseContext> context = ContextOf(flags);
  if (!context.ok()) return Fail(console, context.status(), kExitUsage);
  const absl::Status sharing = ReadSharing(flags, console.clock.Now(), &*context);
  if (!sharing.ok()) return Fail(console, sharing, kExitUsage);
  const auto case_flags = ParseCaseFlags("--case-flag", flags.case_flags);
  if (!case_flags.ok()) return Fail(console, case_flags.status(), kExitUsage);
  const absl::StatusOr<PolicyBook> book = PolicyBook::Load(flags.policy);
  if (!book.ok()) return Fail(console, book.status(), kExitFailed);
  const absl::StatusOr<v1::CaseEvent> event = ReadEvent(flags.event);
  if (!event.ok()) return Fail(console, event.status(), kExitFailed);
  context->type = auth::TypeOf(*event);
  context->source = event->source_class();
  context->conditions = auth::ConditionsOf(*event, *case_flags);
  context->event_time = ToTime(event->occurred_at());
  console.out << ExplainEventText(*book, *context, *event);
  if (!flags.AskSharing()) console.out << SharingAskedText(*book, *context, *event);
  return kExitOk;
}

}  // namespace

int RunPolicyExplain(const std::vector<std::string>& args, const Console& console) {
  ExplainFlags flags;
  FlagTable table(Help());
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  if (!flags.event.empty()) return ExplainEvent(flags, console);
  const absl::StatusOr<PolicyQuestion> question = QuestionOf(flags);
  if (!question.ok()) return Fail(console, question.status(), kExitUsage);
  const absl::StatusOr<PolicyBook> book = PolicyBook::Load(flags.policy);
  if (!book.ok()) return Fail(console, book.status(), kExitFailed);
  console.out << ExplainQuestionText(*book, *question);
  return kExitOk;
}

}  // namespace concordat::tools
