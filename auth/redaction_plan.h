#ifndef CONCORDAT_AUTH_REDACTION_PLAN_H_
#define CONCORDAT_AUTH_REDACTION_PLAN_H_

#include <map>
#include <memory>
#include <vector>

#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/descriptor.h"

namespace concordat::auth {

struct MessagePlan;

// What redaction needs to know of one field.
struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  const MessagePlan* message = nullptr;  // Of a field that holds messages; null for a leaf.
  // Of a leaf. A google.protobuf.Timestamp is one. Unspecified when the field has no option.
  v1::DataClass data_class = v1::DATA_CLASS_UNSPECIFIED;
  v1::Generaliser generaliser = v1::NOTHING;
  // Whose fact it is outside a Person; see redactor.h.
  v1::Capacity capacity_in_body = v1::VICTIM;
  bool is_time = false;
  // A single bool or number: its zero is a value too, and is sent as if it were absent.
  bool zero_is_a_value = false;
};

struct MessagePlan {
  std::vector<FieldPlan> fields;  // In the order of declaration.
  // The field `capacity` of type concordat.v1.Capacity, which says whose facts the message holds;
  // null when there is none.
  const google::protobuf::FieldDescriptor* capacity = nullptr;
  // The bool `confidential`: when set, the message is the victim's; null when there is none.
  const google::protobuf::FieldDescriptor* confidential = nullptr;
};

// The plans of a message type and of all types below it, made once. Immutable and thread-safe; may
// not outlive the descriptors. Types that contain themselves are fine.
class RedactionPlan {
 public:
  explicit RedactionPlan(const google::protobuf::Descriptor* root);

  const MessagePlan& root() const { return *root_; }

 private:
  const MessagePlan* PlanOf(const google::protobuf::Descriptor* type);

  std::map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>> plans_;
  const MessagePlan* root_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_REDACTION_PLAN_H_
