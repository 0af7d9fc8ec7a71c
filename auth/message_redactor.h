#ifndef CONCORDAT_AUTH_MESSAGE_REDACTOR_H_
#define CONCORDAT_AUTH_MESSAGE_REDACTOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/field_decision.h"
#include "auth/policy.h"
#include "auth/redaction_plan.h"
#include "auth/release_context.h"
#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/message.h"

namespace concordat::auth {

// What happened to fields alike in class and decision.
struct FieldTally {
  using Outcome = FieldOutcome;

  v1::DataClass field_class;  // The deciding one.
  PolicyEngine::Decision decision;
  Outcome outcome;
  bool silent;  // Must leave no marker: R7.
  uint32_t field_count;
};

// The walk over one message that is the heart of redactor.h, for messages of any type. For one
// call; not thread-safe.
class MessageRedactor {
 public:
  // Both must outlive it.
  MessageRedactor(const PolicyEngine& policy, const ReleaseContext& context);

  // Moves what the policy releases from `from`, of the type that `plan` is for, to `to`, an empty
  // message of the same type. What is left in `from` must be dropped. To `trace`, when given, is
  // added what became of each field that is set, in the order of declaration; of a bool or a number
  // always, for to leave it out would tell its value.
  std::vector<FieldTally> Move(const MessagePlan& plan, google::protobuf::Message* from,
                               google::protobuf::Message* to,
                               std::vector<FieldDecision>* trace = nullptr) const;

 private:
  struct Walk {
    google::protobuf::Message* from;
    google::protobuf::Message* to;
    std::vector<FieldDecision>* trace;  // Null when nobody asks.
    std::string path;                   // Of this message, for the trace: "persons[0]." or "".
    // Whose facts these are, where the message or one around it says so.
    std::optional<v1::Capacity> subject;
    std::vector<FieldTally> tallies;
    std::vector<const google::protobuf::FieldDescriptor*> whole;  // Leaves to move as they are.
    bool facts_left = false;     // Something that is not REFERENCE.
    bool facts_removed = false;  // Something was left out.
    bool locked = false;         // R7 decides a leaf of this type, present or not.
  };

  void MoveFields(const MessagePlan& plan, Walk* walk) const;
  void MoveLeaf(const FieldPlan& plan, Walk* walk) const;
  void MoveMessages(const FieldPlan& plan, Walk* walk) const;
  // False when the message is to be dropped.
  bool MoveMessage(const FieldPlan& plan, google::protobuf::Message* from,
                   google::protobuf::Message* to, std::string path, Walk* parent) const;
  bool Reduce(const FieldPlan& plan, Walk* walk) const;

  const PolicyEngine& policy_;
  const ReleaseContext& context_;
  const bool faces_perpetrator_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_MESSAGE_REDACTOR_H_
