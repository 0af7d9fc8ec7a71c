#include "auth/testing/reference_redactor.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "auth/testing/reference_generaliser.h"
#include "concordat/v1/person.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace concordat::auth::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

using MarkerKey = std::tuple<v1::DataClass, v1::ReleaseAction, v1::ReasonCode, std::string>;

enum class Fate { kAbsent, kWhole, kReduced, kRemoved };

// What happens to one leaf field, all its values together.
struct Leaf {
  const FieldDescriptor* field;
  v1::DataClass field_class;  // The one that decides.
  ReferenceDecision decision;
  Fate fate;
  uint32_t values;
  std::vector<std::string> reduced;  // With kReduced, of a text.
};

// What happens to one message.
struct Node {
  const Message* message;
  std::vector<Leaf> leaves;
  std::map<const FieldDescriptor*, std::vector<Node>> children;
  bool stays = true;

  bool HoldsAFact() const {
    for (const Leaf& leaf : leaves) {
      const bool is_left = leaf.fate == Fate::kWhole || leaf.fate == Fate::kReduced;
      if (is_left && leaf.field_class != v1::REFERENCE) return true;
    }
    for (const auto& [field, nodes] : children) {
      for (const Node& node : nodes) {
        if (node.stays && node.HoldsAFact()) return true;
      }
    }
    return false;
  }

  bool LostSomething() const {
    for (const Leaf& leaf : leaves) {
      if (leaf.fate == Fate::kRemoved) return true;
    }
    for (const auto& [field, nodes] : children) {
      for (const Node& node : nodes) {
        if (!node.stays || node.LostSomething()) return true;
      }
    }
    return false;
  }

  bool R7DecidesAField() const {
    for (const Leaf& leaf : leaves) {
      if (leaf.decision.reason == v1::PERPETRATOR_FACING) return true;
    }
    return false;
  }
};

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() == Timestamp::descriptor();
}
bool IsText(const FieldDescriptor* field) { return field->type() == FieldDescriptor::TYPE_STRING; }

bool IsNumberOrBool(const FieldDescriptor* field) {
  return !field->is_repeated() && !IsText(field) && field->message_type() == nullptr &&
         field->enum_type() == nullptr;
}

// Outside a Person, and not a confidential address.
v1::Capacity OwnerInBody(const FieldDescriptor* field) {
  const v1::DataClass field_class = field->options().GetExtension(v1::data_class);
  const bool of_perpetrator = field_class == v1::OFFENCES || field_class == v1::RISK ||
                              (field_class == v1::SUBSTANCE && !IsText(field));
  return of_perpetrator ? v1::PERPETRATOR : v1::VICTIM;
}

std::optional<v1::Capacity> OwnerOf(const Message& message, std::optional<v1::Capacity> around) {
  if (message.GetDescriptor() == v1::Person::descriptor()) {
    return static_cast<const v1::Person&>(message).capacity();
  }
  if (message.GetDescriptor() == v1::Address::descriptor() &&
      static_cast<const v1::Address&>(message).confidential()) {
    return v1::VICTIM;
  }
  return around;
}

uint32_t ValuesIn(const Message& message, const FieldDescriptor* field) {
  if (field->is_repeated()) return message.GetReflection()->FieldSize(message, field);
  return message.GetReflection()->HasField(message, field) ? 1 : 0;
}

std::vector<std::string> TextsIn(const Message& message, const FieldDescriptor* field) {
  if (!field->is_repeated()) return {message.GetReflection()->GetString(message, field)};
  std::vector<std::string> texts;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    texts.push_back(message.GetReflection()->GetRepeatedString(message, field, i));
  }
  return texts;
}

// First everything is judged, as a tree; then the copy is cut and the account given.
class Judge {
 public:
  Judge(const ReferenceDecider& decider, const ReleaseCase& release)
      : decider_(decider), release_(release) {}

  Node OfMessage(const Message& message, std::optional<v1::Capacity> around) const {
    Node node;
    node.message = &message;
    const std::optional<v1::Capacity> owner = OwnerOf(message, around);
    const Descriptor* type = message.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->message_type() == nullptr || IsTime(field)) {
        node.leaves.push_back(OfLeaf(message, field, owner.value_or(OwnerInBody(field))));
      } else {
        node.children[field] = OfField(message, field, owner);
      }
    }
    return node;
  }

 private:
  std::vector<Node> OfField(const Message& message, const FieldDescriptor* field,
                            std::optional<v1::Capacity> owner) const {
    std::vector<Node> nodes;
    for (uint32_t i = 0; i < ValuesIn(message, field); ++i) {
      const auto* reflection = message.GetReflection();
      Node node = OfMessage(
          field->is_repeated() ? reflection->GetRepeatedMessage(message, field, static_cast<int>(i))
                               : reflection->GetMessage(message, field),
          owner);
      const bool came_so = !node.LostSomething() && !decider_.FacesPerpetrator(release_.view);
      node.stays = field->real_containing_oneof() != nullptr || node.HoldsAFact() || came_so;
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

  Leaf OfLeaf(const Message& message, const FieldDescriptor* field, v1::Capacity owner) const {
    const v1::DataClass field_class = field->options().GetExtension(v1::data_class);
    const v1::Generaliser form = field->options().GetExtension(v1::generalise_to);
    Leaf leaf;
    leaf.field = field;
    leaf.field_class = ClassThatDecides(field_class, owner);
    leaf.decision = decider_.Decide(release_.view, field_class, owner, release_.source,
                                    release_.conditions, release_.grant);
    leaf.values = ValuesIn(message, field);
    const bool generalise = leaf.decision.action == v1::GENERALISE;
    if (leaf.decision.action == v1::RELEASE || (generalise && form == v1::WHOLE)) {
      leaf.fate = leaf.values == 0 ? Fate::kAbsent : Fate::kWhole;
      return leaf;
    }
    if (leaf.values == 0 && IsNumberOrBool(field)) leaf.values = 1;
    if (leaf.values == 0) {
      leaf.fate = Fate::kAbsent;
    } else if (generalise && Reduce(message, field, form, &leaf)) {
      leaf.fate = Fate::kReduced;
    } else {
      leaf.fate = Fate::kRemoved;
    }
    return leaf;
  }

  // False when nothing is left.
  bool Reduce(const Message& message, const FieldDescriptor* field, v1::Generaliser form,
              Leaf* leaf) const {
    if (IsTime(field)) {
      return form == v1::DAY &&
             ReferenceDay(
                 static_cast<const Timestamp&>(message.GetReflection()->GetMessage(message, field)))
                 .has_value();
    }
    if (!IsText(field)) return false;
    for (const std::string& text : TextsIn(message, field)) {
      const auto reduced = ReferenceGeneralise(form, text, release_.event_time);
      if (reduced) leaf->reduced.push_back(*reduced);
    }
    return !leaf->reduced.empty();
  }

  const ReferenceDecider& decider_;
  const ReleaseCase& release_;
};

void CutLeaf(const Leaf& leaf, Message* copy) {
  const auto* reflection = copy->GetReflection();
  if (leaf.fate == Fate::kAbsent || leaf.fate == Fate::kWhole) return;
  if (leaf.fate == Fate::kReduced && IsTime(leaf.field)) {
    auto* time = static_cast<Timestamp*>(reflection->MutableMessage(copy, leaf.field));
    *time = *ReferenceDay(*time);
    return;
  }
  reflection->ClearField(copy, leaf.field);
  for (const std::string& text : leaf.reduced) {
    leaf.field->is_repeated() ? reflection->AddString(copy, leaf.field, text)
                              : reflection->SetString(copy, leaf.field, text);
  }
}

void Cut(const Node& node, Message* copy);

void CutChildren(const FieldDescriptor* field, const std::vector<Node>& nodes, Message* copy) {
  const auto* reflection = copy->GetReflection();
  for (int i = static_cast<int>(nodes.size()) - 1; i >= 0; --i) {
    const Node& node = nodes[static_cast<size_t>(i)];
    if (node.stays) {
      Cut(node, field->is_repeated() ? reflection->MutableRepeatedMessage(copy, field, i)
                                     : reflection->MutableMessage(copy, field));
    } else if (!field->is_repeated()) {
      reflection->ClearField(copy, field);
    } else {
      for (int j = i; j + 1 < reflection->FieldSize(*copy, field); ++j) {
        reflection->SwapElements(copy, field, j, j + 1);
      }
      reflection->RemoveLast(copy, field);
    }
  }
}

// Takes from a copy of the node's message what may not stay, fields that nobody knows included.
void Cut(const Node& node, Message* copy) {
  copy->GetReflection()->MutableUnknownFields(copy)->Clear();
  for (const Leaf& leaf : node.leaves) CutLeaf(leaf, copy);
  for (const auto& [field, nodes] : node.children) CutChildren(field, nodes, copy);
}

// Counts what is told of the leaves. `gone`: the node is in something that was dropped; `silent`:
// in something that was dropped with R7 having a part in it.
void Tell(const Node& node, bool gone, bool silent, std::map<MarkerKey, uint32_t>* markers,
          ReferenceRelease* release) {
  gone = gone || !node.stays;
  silent = silent || (!node.stays && node.R7DecidesAField());
  for (const Leaf& leaf : node.leaves) {
    const ReferenceDecision& decision = leaf.decision;
    if (leaf.fate == Fate::kAbsent || (gone && leaf.fate == Fate::kWhole)) continue;
    release->rule_ids.insert(decision.rule_id);
    (leaf.fate == Fate::kRemoved ? release->withheld_classes : release->released_classes)
        .insert(leaf.field_class);
    if (leaf.fate == Fate::kWhole) {
      if (!IsText(leaf.field)) continue;
      for (const std::string& text : TextsIn(*node.message, leaf.field)) {
        release->whole_texts.insert(text);
      }
    } else if (!silent && decision.reason != v1::PERPETRATOR_FACING) {
      (*markers)[{leaf.field_class, decision.action, decision.reason, decision.rule_id}] +=
          leaf.values;
    }
  }
  for (const auto& [field, nodes] : node.children) {
    for (const Node& child : nodes) Tell(child, gone, silent, markers, release);
  }
}

// Of a oneof's messages, by the name of the field.
v1::EventType TypeNamed(const Message& message, const std::string& oneof) {
  static const std::map<std::string, v1::EventType> kTypes = {
      {"incident", v1::INCIDENT_EVENT},
      {"risk_assessment", v1::RISK_ASSESSMENT_EVENT},
      {"marac_referral", v1::MARAC_REFERRAL_EVENT},
      {"social_care_contact", v1::SOCIAL_CARE_CONTACT_EVENT},
      {"custody_change", v1::CUSTODY_CHANGE_EVENT},
      {"liaison_contact", v1::LIAISON_CONTACT_EVENT},
      {"correction", v1::CORRECTION_EVENT}};
  const FieldDescriptor* field = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->FindOneofByName(oneof));
  return field == nullptr ? v1::EVENT_TYPE_UNSPECIFIED : kTypes.at(field->name());
}

// Every row that the event is: all must be visible.
std::vector<std::pair<v1::EventType, v1::SourceClass>> RowsOf(const ReleaseCase& release) {
  const v1::SourceClass own_source = release.event.source_class();
  std::vector<std::pair<v1::EventType, v1::SourceClass>> rows = {
      {release.type, release.source}, {BodyTypeOf(release.event), own_source}};
  if (!release.event.has_correction()) return rows;
  if (release.corrects) rows.push_back(*release.corrects);
  const v1::EventType replacement = TypeNamed(release.event.correction(), "replacement");
  if (replacement != v1::EVENT_TYPE_UNSPECIFIED) rows.push_back({replacement, own_source});
  return rows;
}

ReferenceRelease NothingOf(const ReleaseCase& release, const std::string& row_id,
                           const ReferenceDecision& shared) {
  ReferenceRelease nothing;
  nothing.withheld_whole = true;
  nothing.rule_ids = {row_id, shared.rule_id};
  v1::Marker marker;
  marker.set_action(v1::WITHHOLD);
  marker.set_reason(shared.reason);
  marker.set_rule_id(shared.rule_id);
  marker.set_ask_agency(release.sharing.source_agency);
  nothing.markers.push_back(marker);
  return nothing;
}

}  // namespace

v1::EventType BodyTypeOf(const v1::CaseEvent& event) { return TypeNamed(event, "body"); }

std::optional<ReferenceRelease> ReferenceRedact(const ReferenceDecider& decider,
                                                const ReleaseCase& release) {
  for (const auto& [type, source] : RowsOf(release)) {
    if (decider.DecideRow(release.view, type, source).action != v1::RELEASE) return std::nullopt;
  }
  const bool is_of_unknown = release.event.has_correction() && !release.corrects;
  if (is_of_unknown && decider.FacesPerpetrator(release.view)) return std::nullopt;

  const std::string row_id = decider.DecideRow(release.view, release.type, release.source).rule_id;
  ReferenceSharing sharing = release.sharing;
  if (release.event.has_embargo_until()) {
    const Timestamp& until = release.event.embargo_until();
    sharing.embargo_until =
        absl::UnixEpoch() + absl::Seconds(until.seconds()) + absl::Nanoseconds(until.nanos());
  }
  const ReferenceDecision shared = decider.DecideSharing(release.view, sharing);
  if (shared.action == v1::CONCEAL) return std::nullopt;
  if (shared.action == v1::WITHHOLD) return NothingOf(release, row_id, shared);

  const Node root = Judge(decider, release).OfMessage(release.event, std::nullopt);
  ReferenceRelease result;
  result.event = release.event;
  Cut(root, &result.event);
  result.rule_ids.insert(row_id);
  if (shared.rule_id != "") result.rule_ids.insert(shared.rule_id);
  std::map<MarkerKey, uint32_t> markers;
  Tell(root, /*gone=*/false, /*silent=*/false, &markers, &result);
  for (const auto& [key, count] : markers) {
    v1::Marker marker;
    marker.set_field_class(std::get<0>(key));
    marker.set_action(std::get<1>(key));
    marker.set_reason(std::get<2>(key));
    marker.set_rule_id(std::get<3>(key));
    marker.set_field_count(count);
    marker.set_ask_agency(release.sharing.source_agency);
    result.markers.push_back(marker);
  }
  return result;
}

}  // namespace concordat::auth::testing
