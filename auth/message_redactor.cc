#include "auth/message_redactor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/field_decision.h"
#include "auth/generalise.h"
#include "auth/policy.h"
#include "auth/redaction_plan.h"
#include "base/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace concordat::auth {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Outcome = FieldTally::Outcome;

// How many values the field has; a single one that is unset has none.
uint32_t CountOf(const FieldDescriptor* field, const Message& message) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) return static_cast<uint32_t>(reflection->FieldSize(message, field));
  return reflection->HasField(message, field) ? 1 : 0;
}

void Add(const FieldTally& tally, std::vector<FieldTally>* tallies) {
  for (FieldTally& known : *tallies) {
    if (known.field_class == tally.field_class && known.outcome == tally.outcome &&
        known.silent == tally.silent && known.decision.action == tally.decision.action &&
        known.decision.reason == tally.decision.reason &&
        known.decision.rule_id == tally.decision.rule_id) {
      known.field_count += tally.field_count;
      return;
    }
  }
  tallies->push_back(tally);
}

std::optional<v1::Capacity> SubjectOf(const MessagePlan& plan, const Message& message,
                                      std::optional<v1::Capacity> around) {
  const Reflection* reflection = message.GetReflection();
  if (plan.confidential != nullptr && reflection->GetBool(message, plan.confidential)) {
    return v1::VICTIM;
  }
  if (plan.capacity == nullptr) return around;
  return static_cast<v1::Capacity>(reflection->GetEnumValue(message, plan.capacity));
}

}  // namespace

MessageRedactor::MessageRedactor(const PolicyEngine& policy, const ReleaseContext& context)
    : policy_(policy),
      context_(context),
      faces_perpetrator_(policy.FacesPerpetrator(context.view)) {}

std::vector<FieldTally> MessageRedactor::Move(const MessagePlan& plan, Message* from, Message* to,
                                              std::vector<FieldDecision>* trace) const {
  Walk walk;
  walk.from = from;
  walk.to = to;
  walk.trace = trace;
  walk.subject = SubjectOf(plan, *from, std::nullopt);
  MoveFields(plan, &walk);
  return walk.tallies;
}

void MessageRedactor::MoveFields(const MessagePlan& plan, Walk* walk) const {
  for (const FieldPlan& field : plan.fields) {
    if (field.message != nullptr) {
      MoveMessages(field, walk);
    } else {
      MoveLeaf(field, walk);
    }
  }
  // Swapped into an empty message: what no decision named stays behind, unknown fields too.
  walk->from->GetReflection()->SwapFields(walk->from, walk->to, walk->whole);
}

void MessageRedactor::MoveLeaf(const FieldPlan& plan, Walk* walk) const {
  const v1::Capacity capacity = walk->subject.value_or(plan.capacity_in_body);
  const PolicyEngine::Decision decision = policy_.Decide(context_.view, plan.data_class, capacity,
                                                         context_.source, context_.conditions);
  const bool silent = decision.reason == v1::PERPETRATOR_FACING;
  walk->locked = walk->locked || silent;
  const bool stays_whole = decision.action == v1::RELEASE ||
                           (decision.action == v1::GENERALISE && plan.generaliser == v1::WHOLE);
  uint32_t count = CountOf(plan.field, *walk->from);
  const auto trace = [&](Outcome outcome) {
    if (walk->trace == nullptr) return;
    walk->trace->push_back({StrCat(walk->path, plan.field->name()), plan.data_class, capacity,
                            decision, outcome, /*gone_with_element=*/false});
  };
  if (count == 0 && plan.zero_is_a_value) {
    if (stays_whole) return trace(Outcome::kWhole);
    count = 1;
  }
  if (count == 0) return;

  Outcome outcome = Outcome::kRemoved;
  if (stays_whole) {
    walk->whole.push_back(plan.field);
    outcome = Outcome::kWhole;
  } else if (decision.action == v1::GENERALISE && Reduce(plan, walk)) {
    outcome = Outcome::kReduced;
  }
  if (outcome == Outcome::kRemoved) {
    walk->facts_removed = true;
  } else if (plan.data_class != v1::REFERENCE) {
    walk->facts_left = true;
  }
  trace(outcome);
  Add({DecidingClass(plan.data_class, capacity), decision, outcome, silent, count}, &walk->tallies);
}

bool MessageRedactor::Reduce(const FieldPlan& plan, Walk* walk) const {
  const Reflection* reflection = walk->from->GetReflection();
  if (plan.is_time && plan.generaliser == v1::DAY && !plan.field->is_repeated()) {
    google::protobuf::Timestamp time;
    // By bytes: a message of a descriptor pool of its own has a Timestamp of its own.
    if (!time.ParseFromString(
            reflection->GetMessage(*walk->from, plan.field).SerializeAsString())) {
      return false;
    }
    const auto day = Day(time);
    return day.has_value() && reflection->MutableMessage(walk->to, plan.field)
                                  ->ParseFromString(day->SerializeAsString());
  }
  if (plan.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  if (!plan.field->is_repeated()) {
    const auto reduced = GeneraliseText(
        plan.generaliser, reflection->GetString(*walk->from, plan.field), context_.event_time);
    if (reduced) reflection->SetString(walk->to, plan.field, *reduced);
    return reduced.has_value();
  }
  bool any = false;
  for (int i = 0; i < reflection->FieldSize(*walk->from, plan.field); ++i) {
    const auto reduced =
        GeneraliseText(plan.generaliser, reflection->GetRepeatedString(*walk->from, plan.field, i),
                       context_.event_time);
    if (reduced) reflection->AddString(walk->to, plan.field, *reduced);
    any = any || reduced.has_value();
  }
  return any;
}

void MessageRedactor::MoveMessages(const FieldPlan& plan, Walk* walk) const {
  const Reflection* reflection = walk->from->GetReflection();
  const uint32_t count = CountOf(plan.field, *walk->from);
  if (count == 0) return;
  const auto path = [&](std::string_view index) {
    return walk->trace == nullptr ? std::string()
                                  : StrCat(walk->path, plan.field->name(), index, ".");
  };
  if (!plan.field->is_repeated()) {
    Message* to = reflection->MutableMessage(walk->to, plan.field);
    Message* from = reflection->MutableMessage(walk->from, plan.field);
    if (!MoveMessage(plan, from, to, path(""), walk)) {
      reflection->ClearField(walk->to, plan.field);
    }
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    Message* from = reflection->MutableRepeatedMessage(walk->from, plan.field, static_cast<int>(i));
    Message* to = reflection->AddMessage(walk->to, plan.field);
    if (!MoveMessage(plan, from, to, path(StrCat("[", i, "]")), walk)) {
      reflection->RemoveLast(walk->to, plan.field);
    }
  }
}

bool MessageRedactor::MoveMessage(const FieldPlan& plan, Message* from, Message* to,
                                  std::string path, Walk* parent) const {
  Walk walk;
  walk.from = from;
  walk.to = to;
  walk.trace = parent->trace;
  walk.path = std::move(path);
  const size_t traced = walk.trace == nullptr ? 0 : walk.trace->size();
  walk.subject = SubjectOf(*plan.message, *from, parent->subject);
  MoveFields(*plan.message, &walk);

  // A body stays: that there is one, and of which kind, was decided with the row. For a
  // perpetrator's side whether a bare element stays may not depend on what R7 took from it.
  const bool is_body = plan.field->real_containing_oneof() != nullptr;
  const bool stays = is_body || walk.facts_left || (!walk.facts_removed && !faces_perpetrator_);
  for (FieldTally tally : walk.tallies) {
    // The number of elements that are gone would show in the counts of their other fields.
    tally.silent = tally.silent || (!stays && walk.locked);
    // REFERENCE of a dropped element goes with it.
    if (!stays && tally.outcome == Outcome::kWhole) continue;
    Add(tally, &parent->tallies);
  }
  for (size_t i = traced; !stays && walk.trace != nullptr && i < walk.trace->size(); ++i) {
    FieldDecision& inside = (*walk.trace)[i];
    if (inside.outcome == Outcome::kRemoved) continue;
    inside.outcome = Outcome::kRemoved;
    inside.gone_with_element = true;
  }
  parent->facts_left = parent->facts_left || (stays && walk.facts_left);
  parent->facts_removed = parent->facts_removed || walk.facts_removed || !stays;
  return stays;
}

}  // namespace concordat::auth
