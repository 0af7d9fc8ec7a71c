#include "auth/redaction_plan.h"

#include <memory>
#include <utility>

#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/descriptor.h"

namespace concordat::auth {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

bool IsFreeText(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

v1::Capacity CapacityInBody(v1::DataClass field_class, const FieldDescriptor* field) {
  switch (field_class) {
    case v1::OFFENCES:
    case v1::RISK:
      return v1::PERPETRATOR;
    case v1::SUBSTANCE:
      return IsFreeText(field) ? v1::VICTIM : v1::PERPETRATOR;
    default:
      return v1::VICTIM;
  }
}

bool ZeroIsAValue(const FieldDescriptor* field) {
  if (field->is_repeated() || field->has_presence()) return false;
  return field->cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
         field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM;
}

FieldPlan PlanLeaf(const FieldDescriptor* field) {
  FieldPlan plan;
  plan.field = field;
  plan.data_class = field->options().GetExtension(v1::data_class);
  plan.generaliser = field->options().GetExtension(v1::generalise_to);
  plan.capacity_in_body = CapacityInBody(plan.data_class, field);
  plan.is_time = IsTime(field);
  plan.zero_is_a_value = ZeroIsAValue(field);
  return plan;
}

const FieldDescriptor* FindCapacity(const Descriptor* type) {
  const FieldDescriptor* field = type->FindFieldByName("capacity");
  const bool is_one = field != nullptr && !field->is_repeated() && field->enum_type() != nullptr &&
                      field->enum_type()->full_name() == "concordat.v1.Capacity";
  return is_one ? field : nullptr;
}

const FieldDescriptor* FindConfidential(const Descriptor* type) {
  const FieldDescriptor* field = type->FindFieldByName("confidential");
  const bool is_one = field != nullptr && !field->is_repeated() &&
                      field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
  return is_one ? field : nullptr;
}

}  // namespace

RedactionPlan::RedactionPlan(const Descriptor* root) : root_(PlanOf(root)) {}

const MessagePlan* RedactionPlan::PlanOf(const Descriptor* type) {
  const auto found = plans_.find(type);
  if (found != plans_.end()) return found->second.get();
  // Known before its fields are planned, so that a type may contain itself.
  MessagePlan* plan = (plans_[type] = std::make_unique<MessagePlan>()).get();
  plan->capacity = FindCapacity(type);
  plan->confidential = FindConfidential(type);
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    FieldPlan field_plan = PlanLeaf(field);
    if (field->message_type() != nullptr && !field_plan.is_time) {
      field_plan.message = PlanOf(field->message_type());
    }
    plan->fields.push_back(std::move(field_plan));
  }
  return plan;
}

}  // namespace concordat::auth
