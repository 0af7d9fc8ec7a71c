#include "tools/policy.h"

#include "base/field_error.h"
#include "base/status_macros.h"
#include "tools/exit_codes.h"
#include "tools/policy_book.h"
#include "tools/policy_field.h"
#include "tools/policy_matrix.h"
#include "tools/policy_who.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

absl::StatusOr<PolicySubject> SubjectOf(const std::string& field_class, const std::string& field,
                                        const std::string& capacity) {
  PolicySubject subject = {};
  if (field_class.empty() == field.empty()) {
    return FieldError("--class, --field", field.empty() ? "none" : "both", "one of them");
  }
  if (!field.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(subject.field, FindPolicyField("--field", field));
    subject.field_class = subject.field->field_class;
    if (!subject.field->of_a_person) {
      if (!capacity.empty()) {
        return FieldError("--capacity", capacity, "none with a field outside a person");
      }
      subject.capacity = subject.field->capacity;
      return subject;
    }
  } else {
    CONCORDAT_ASSIGN_OR_RETURN(subject.field_class,
                               ParseName<v1::DataClass>("--class", field_class));
  }
  if (capacity.empty()) {
    return FieldError("--capacity", "nothing", "whose: victim, perpetrator, child or third-party");
  }
  CONCORDAT_ASSIGN_OR_RETURN(subject.capacity, ParseName<v1::Capacity>("--capacity", capacity));
  return subject;
}

}  // namespace

int RunPolicyMatrix(const std::vector<std::string>& args, const Console& console) {
  std::string policy;
  FlagTable table(
      {"concordat policy matrix --policy FILE",
       "Prints the whole release policy as a Markdown document: for each class of data, whose it\n"
       "is and each role, whether it is released, generalised or withheld, on which condition, "
       "and\n"
       "what R7 locks above the file; for each role its purposes, events, rules and reasons.\n"
       "Exit code 0: printed; 1: the file is no policy that a server would start with.",
       "concordat policy matrix --policy deploy/policy/release-policy.textproto \\\n"
       "    > docs/release-matrix.md",
       0, 0});
  table.RequiredText("policy", &policy, "FILE", "release policy (textproto)");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<PolicyBook> book = PolicyBook::Load(policy);
  if (!book.ok()) return Fail(console, book.status(), kExitFailed);
  console.out << MatrixMarkdown(*book);
  return kExitOk;
}

int RunPolicyWhoCanSee(const std::vector<std::string>& args, const Console& console) {
  std::string policy, field_class, field, capacity;
  FlagTable table(
      {"concordat policy who-can-see --policy FILE (--class CLASS | --field PATH) "
       "[--capacity CAPACITY]",
       "Lists every role: who is given this always, who on which condition, who not yet, and who\n"
       "never, each with the rule and its reason. A field outside a person has its capacity from\n"
       "the format; every other question names one.\n"
       "Exit code 0: answered; 1: the file is no policy that a server would start with.",
       "concordat policy who-can-see --policy release-policy.textproto \\\n"
       "    --field persons.addresses.lines --capacity victim",
       0, 0});
  table.RequiredText("policy", &policy, "FILE", "release policy (textproto)")
      .Text("class", &field_class, "CLASS", "a data class, such as safety-plan")
      .Text("field", &field, "PATH", "a field of an event, such as incident.circumstances")
      .Text("capacity", &capacity, "CAPACITY", "whose: victim, perpetrator, child, third-party");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<PolicySubject> subject = SubjectOf(field_class, field, capacity);
  if (!subject.ok()) return Fail(console, subject.status(), kExitUsage);
  const absl::StatusOr<PolicyBook> book = PolicyBook::Load(policy);
  if (!book.ok()) return Fail(console, book.status(), kExitFailed);
  console.out << WhoCanSeeText(*book, *subject);
  const auto& terms = book->engine().sharing_terms();
  if (terms.asks_for_gateway() || terms.asks_for_agreement()) {
    console.out << "This is of a record that may go to the reader. Whether another agency's may, "
                   "gateways and agreements decide first: see `concordat policy matrix`.\n";
  }
  return kExitOk;
}

}  // namespace concordat::tools
