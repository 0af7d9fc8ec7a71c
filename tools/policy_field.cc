#include "tools/policy_field.h"

#include <google/protobuf/message.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "auth/event_type.h"
#include "auth/redaction_plan.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "concordat/v1/event.pb.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const auth::RedactionPlan& EventPlan() {
  static const auto* const plan = new auth::RedactionPlan(v1::CaseEvent::descriptor());
  return *plan;
}

const auth::FieldPlan* FindPlan(const auth::MessagePlan& message, const std::string& name) {
  for (const auth::FieldPlan& plan : message.fields) {
    if (plan.field->name() == name || plan.field->json_name() == name) return &plan;
  }
  return nullptr;
}

std::string NamesIn(const auth::MessagePlan& message) {
  return absl::StrJoin(message.fields, ", ", [](std::string* out, const auth::FieldPlan& plan) {
    out->append(plan.field->name());
  });
}

// As MessageRedactor reduces: texts by their generaliser, times to a day.
auth::FieldOutcome Generalised(const auth::FieldPlan& plan) {
  if (plan.generaliser == v1::WHOLE) return auth::FieldOutcome::kWhole;
  const bool is_day = plan.generaliser == v1::DAY;
  const bool is_text = plan.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const bool has_form = plan.is_time ? is_day && !plan.field->is_repeated()
                                     : is_text && !is_day && plan.generaliser != v1::NOTHING;
  return has_form ? auth::FieldOutcome::kReduced : auth::FieldOutcome::kRemoved;
}

// The first steps of the path say which events carry it: a body's type, or any.
void SetEvents(const std::vector<const FieldDescriptor*>& steps, PolicyField* field) {
  v1::CaseEvent event;
  Message* message = &event;
  for (const FieldDescriptor* step : steps) {
    if (step->real_containing_oneof() == nullptr) break;
    message = message->GetReflection()->MutableMessage(message, step);
  }
  const v1::EventType type = auth::TypeOf(event);
  field->events = type == v1::EVENT_TYPE_UNSPECIFIED ? AllOf<v1::EventType>()
                                                     : std::vector<v1::EventType>{type};
  field->replacement = auth::ReplacementTypeOf(event.correction());
}

}  // namespace

absl::StatusOr<PolicyField> FindPolicyField(std::string_view flag, std::string_view path) {
  const auth::MessagePlan* message = &EventPlan().root();
  const auth::FieldPlan* plan = nullptr;
  std::vector<const FieldDescriptor*> steps;
  PolicyField field = {};
  const std::vector<std::string> names = absl::StrSplit(ToAbsl(path), '.');
  for (const std::string& name : names) {
    if (message == nullptr) {
      return FieldError(flag, StrCat("\"", name, "\" below ", field.path), "nothing below it");
    }
    if (message->capacity != nullptr) field.of_a_person = true;
    plan = FindPlan(*message, name.substr(0, name.find('[')));
    if (plan == nullptr) {
      return FieldError(flag, StrCat("\"", name, "\""), StrCat("one of ", NamesIn(*message)));
    }
    steps.push_back(plan->field);
    StrAppend(&field.path, field.path.empty() ? "" : ".", plan->field->name());
    message = plan->message;
  }
  if (message != nullptr) {
    return FieldError(flag, StrCat("the message ", field.path),
                      StrCat("a field of it: ", NamesIn(*message)));
  }
  field.field_class = plan->data_class;
  field.generaliser = plan->generaliser;
  field.generalised = Generalised(*plan);
  field.capacity = plan->capacity_in_body;
  SetEvents(steps, &field);
  return field;
}

auth::FieldOutcome OutcomeOf(v1::ReleaseAction action, const PolicyField* field) {
  switch (action) {
    case v1::RELEASE:
      return auth::FieldOutcome::kWhole;
    case v1::GENERALISE:
      return field == nullptr ? auth::FieldOutcome::kReduced : field->generalised;
    default:
      return auth::FieldOutcome::kRemoved;
  }
}

}  // namespace concordat::tools
