#include "auth/testing/release_comparison.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "auth/conditions.h"
#include "auth/release_context.h"
#include "auth/sharing_terms.h"
#include "auth/testing/random_sharing.h"
#include "base/str_cat.h"
#include "concordat/v1/exchange.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace concordat::auth::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string NumbersOf(const Roles& view) {
  std::string text = "view";
  for (v1::Role role : view) StrAppend(&text, " ", static_cast<int>(role));
  return text;
}

std::string NumbersOf(const Conditions& conditions) {
  std::string text = "conditions";
  for (v1::Condition condition : conditions) StrAppend(&text, " ", static_cast<int>(condition));
  return text;
}

template <typename Decision>
std::string TextOf(const Decision& decision) {
  return StrCat("action ", static_cast<int>(decision.action), " reason ",
                static_cast<int>(decision.reason), " by ", decision.rule_id);
}

std::string TextOf(const v1::Marker& marker) {
  return StrCat("class ", static_cast<int>(marker.field_class()), " action ",
                static_cast<int>(marker.action()), " reason ", static_cast<int>(marker.reason()),
                " by ", marker.rule_id(), " count ", marker.field_count(), " ask ",
                marker.ask_agency());
}

std::string Differ(const std::string& question, const std::string& engine,
                   const std::string& reference) {
  return StrCat(question, ": engine ", engine, "; reference ", reference);
}

// `question` writes itself only where it is needed.
template <typename Question>
std::optional<std::string> CompareDecisions(const Question& question,
                                            const PolicyEngine::Decision& got,
                                            const ReferenceDecision& want) {
  if (got.action == want.action && got.reason == want.reason && got.rule_id == want.rule_id) {
    return std::nullopt;
  }
  return Differ(question(), TextOf(got), TextOf(want));
}

ViewRoles ViewOf(const Roles& roles) {
  ViewRoles view;
  view.roles.assign(roles.begin(), roles.end());
  return view;
}

ConditionSet SetOf(const Conditions& conditions, v1::GrantKind grant) {
  ConditionSet set;
  for (v1::Condition condition : conditions) set.Add(condition);
  set.SetGrant(grant);
  return set;
}

uint32_t BitsOf(const std::set<v1::DataClass>& classes) {
  uint32_t bits = 0;
  for (v1::DataClass field_class : classes) bits += uint32_t{1} << field_class;
  return bits;
}

std::string MarkersOf(const std::vector<v1::Marker>& markers) {
  std::string text = "markers";
  for (const v1::Marker& marker : markers) StrAppend(&text, " [", TextOf(marker), "]");
  return text;
}

ReleaseContext ContextOf(const ReleaseCase& release) {
  ReleaseContext context;
  context.view = ViewOf(release.view);
  context.type = release.type;
  context.source = release.source;
  context.conditions = SetOf(release.conditions, release.grant);
  context.event_time = release.event_time;
  context.source_agency = release.sharing.source_agency;
  context.source_role = release.sharing.source_role;
  context.reader_agency = release.sharing.reader_agency;
  context.purpose = release.sharing.purpose;
  context.decided_at = release.sharing.decided_at;
  if (release.corrects) {
    context.corrects = CorrectedRow{release.corrects->first, release.corrects->second};
  }
  return context;
}

auth::Sharing SharingOf(const ReferenceSharing& reference) {
  auth::Sharing sharing;
  sharing.source_agency = reference.source_agency;
  sharing.source_role = reference.source_role;
  sharing.reader_agency = reference.reader_agency;
  sharing.purpose = reference.purpose;
  sharing.decided_at = reference.decided_at;
  if (reference.embargo_until) sharing.embargo_until = *reference.embargo_until;
  return sharing;
}

std::string TextOf(const ReferenceSharing& sharing) {
  std::string text =
      StrCat("from ", sharing.source_agency, " of role ", static_cast<int>(sharing.source_role),
             " to ", sharing.reader_agency, " for ", static_cast<int>(sharing.purpose), " at ",
             absl::FormatTime(sharing.decided_at, absl::UTCTimeZone()));
  if (!sharing.embargo_until) return text;
  return StrCat(text, " until ", absl::FormatTime(*sharing.embargo_until, absl::UTCTimeZone()));
}

std::string QuestionOf(const ReleaseCase& release) {
  std::string text =
      StrCat(NumbersOf(release.view), ", type ", static_cast<int>(release.type), ", source ",
             static_cast<int>(release.source), ", ", NumbersOf(release.conditions), ", grant ",
             static_cast<int>(release.grant), ", ", TextOf(release.sharing), ", corrects ");
  if (!release.corrects) return StrCat(text, "none");
  return StrCat(text, static_cast<int>(release.corrects->first), " of source ",
                static_cast<int>(release.corrects->second));
}

// The fields that are set, by path. No values.
void ListFields(const Message& message, const std::string& path, std::string* list) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string inner = StrCat(path, field->name());
    StrAppend(list, " ", inner);
    if (field->message_type() == nullptr) continue;
    const auto* reflection = message.GetReflection();
    if (!field->is_repeated()) {
      ListFields(reflection->GetMessage(message, field), inner + ".", list);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      ListFields(reflection->GetRepeatedMessage(message, field, i), inner + ".", list);
    }
  }
}

// Calls `differs` on `event` with ever fewer fields, and keeps those without which it is false.
template <typename Differs>
void Shrink(const Differs& differs, Message* message) {
  const auto* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    std::unique_ptr<Message> before(message->New());
    before->CopyFrom(*message);
    reflection->ClearField(message, field);
    if (differs()) continue;
    message->CopyFrom(*before);
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      Shrink(differs, reflection->MutableMessage(message, field));
      continue;
    }
    for (int i = reflection->FieldSize(*message, field) - 1; i >= 0; --i) {
      const int last = reflection->FieldSize(*message, field) - 1;
      before->CopyFrom(*message);
      reflection->SwapElements(message, field, i, last);
      reflection->RemoveLast(message, field);
      if (differs()) continue;
      message->CopyFrom(*before);
      Shrink(differs, reflection->MutableRepeatedMessage(message, field, i));
    }
  }
}

}  // namespace

std::optional<std::string> ReleaseComparison::Row(const Roles& view, v1::EventType type,
                                                  v1::SourceClass source) const {
  const auto question = [&] {
    return StrCat(NumbersOf(view), ", event type ", static_cast<int>(type), ", source ",
                  static_cast<int>(source));
  };
  return CompareDecisions(question, engine_->DecideRow(ViewOf(view), type, source),
                          decider_.DecideRow(view, type, source));
}

std::optional<std::string> ReleaseComparison::Field(const Roles& view, v1::DataClass field_class,
                                                    v1::Capacity capacity, v1::SourceClass source,
                                                    const Conditions& conditions,
                                                    v1::GrantKind grant) const {
  const auto question = [&] {
    return StrCat(NumbersOf(view), ", class ", static_cast<int>(field_class), ", capacity ",
                  static_cast<int>(capacity), ", source ", static_cast<int>(source), ", ",
                  NumbersOf(conditions), ", grant ", static_cast<int>(grant));
  };
  return CompareDecisions(
      question,
      engine_->Decide(ViewOf(view), field_class, capacity, source, SetOf(conditions, grant)),
      decider_.Decide(view, field_class, capacity, source, conditions, grant));
}

std::optional<std::string> ReleaseComparison::Sharing(const Roles& view,
                                                      const ReferenceSharing& sharing) const {
  const auto question = [&] { return StrCat(NumbersOf(view), ", ", TextOf(sharing)); };
  return CompareDecisions(question, engine_->DecideSharing(ViewOf(view), SharingOf(sharing)),
                          decider_.DecideSharing(view, sharing));
}

std::optional<std::string> ReleaseComparison::EverySharing(const std::vector<Roles>& views) const {
  std::set<std::string> agencies = {"an-agency", "another-agency"};
  std::set<absl::Time> times = {absl::InfinitePast(), absl::UnixEpoch()};
  for (const v1::Agreement& agreement : reference_.agreements()) {
    agencies.insert(agreement.agencies().begin(), agreement.agencies().end());
    for (const auto& edge : {agreement.valid_from(), agreement.valid_until()}) {
      for (int beside : {-1, 0, 1}) {
        times.insert(absl::FromUnixSeconds(edge.seconds()) + absl::Nanoseconds(beside));
      }
    }
  }
  for (int p = v1::Purpose_MIN - 1; p <= v1::Purpose_MAX + 1; ++p) {
    ReferenceSharing question;
    question.purpose = static_cast<v1::Purpose>(p);
    question.source_agency = "an-agency";
    question.reader_agency = "another-agency";
    for (int s = v1::Role_MIN - 1; s <= v1::Role_MAX + 1; ++s) {
      question.source_role = static_cast<v1::Role>(s);
      for (const Roles& view : views) {
        if (auto differs = Sharing(view, question)) return differs;
      }
    }
    question.source_role = v1::POLICE;
    for (const std::string& source : agencies) {
      for (const std::string& reader : agencies) {
        for (const absl::Time at : times) {
          question.source_agency = source;
          question.reader_agency = reader;
          question.decided_at = at;
          if (auto differs = Sharing({v1::POLICE}, question)) return differs;
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> ReleaseComparison::Purpose(v1::Role role, v1::Purpose purpose) const {
  const auto text = [](const v1::PurposeRule* rule) {
    return rule == nullptr ? std::string("none")
                           : StrCat("purpose ", static_cast<int>(rule->purpose()), " gateway ",
                                    static_cast<int>(rule->gateway()), " regime ",
                                    static_cast<int>(rule->regime()));
  };
  const std::string got = text(engine_->FindPurpose(role, purpose));
  const std::string want = text(decider_.FindPurpose(role, purpose));
  const std::string question =
      StrCat("role ", static_cast<int>(role), ", purpose ", static_cast<int>(purpose));
  if (engine_->AllowsPurpose(role, purpose) != (want != "none")) {
    return Differ(question, "AllowsPurpose otherwise", want);
  }
  return got == want ? std::nullopt : std::optional<std::string>(Differ(question, got, want));
}

std::optional<std::string> ReleaseComparison::View(const Roles& view) const {
  const auto text = [](bool faces, const std::vector<v1::DataClass>& never) {
    std::string all = StrCat("faces ", faces ? "yes" : "no", ", never");
    for (v1::DataClass field_class : never) StrAppend(&all, " ", static_cast<int>(field_class));
    return all;
  };
  const std::string got =
      text(engine_->FacesPerpetrator(ViewOf(view)), engine_->NeverReleased(ViewOf(view)));
  const std::string want = text(decider_.FacesPerpetrator(view), decider_.NeverReleased(view));
  return got == want ? std::nullopt
                     : std::optional<std::string>(Differ(NumbersOf(view), got, want));
}

std::optional<std::string> ReleaseComparison::Redactions(const RandomCase& event,
                                                         const Redacted& redacted,
                                                         const ReferenceRelease& expected) const {
  // What a reader would be sent is searched for every text of the event.
  v1::ReleasedEvent sent;
  *sent.mutable_event() = redacted.event;
  for (const v1::Marker& marker : redacted.markers) *sent.add_markers() = marker;
  const std::string bytes = sent.SerializeAsString();
  for (const auto& [text, path] : event.texts) {
    const bool got = bytes.find(text) != std::string::npos;
    const bool want = expected.whole_texts.count(text) == 1;
    if (got != want) return Differ(path, got ? "sends it" : "does not", want ? "does" : "does not");
  }
  if (redacted.withheld_whole != expected.withheld_whole) {
    return Differ("the whole", redacted.withheld_whole ? "withheld" : "given",
                  expected.withheld_whole ? "withheld" : "given");
  }
  const std::string got_markers = MarkersOf(redacted.markers);
  const std::string want_markers = MarkersOf(expected.markers);
  if (got_markers != want_markers) return Differ("markers", got_markers, want_markers);
  if (redacted.event.SerializeAsString() != expected.event.SerializeAsString()) {
    std::string got, want;
    ListFields(redacted.event, "", &got);
    ListFields(expected.event, "", &want);
    return Differ("what is left", StrCat("has", got), StrCat("has", want));
  }
  if (redacted.released_classes != BitsOf(expected.released_classes) ||
      redacted.withheld_classes != BitsOf(expected.withheld_classes)) {
    return Differ(
        "classes", StrCat(redacted.released_classes, " and ", redacted.withheld_classes),
        StrCat(BitsOf(expected.released_classes), " and ", BitsOf(expected.withheld_classes)));
  }
  const std::vector<std::string> rule_ids(expected.rule_ids.begin(), expected.rule_ids.end());
  if (redacted.rule_ids != rule_ids) {
    return Differ("rule ids", StrCat(redacted.rule_ids.size(), " of them"),
                  StrCat(rule_ids.size(), " of them, or others"));
  }
  return std::nullopt;
}

std::optional<std::string> ReleaseComparison::EventAsItIs(const RandomCase& event) const {
  const auto redacted = Redact(*engine_, ContextOf(event.release), event.release.event);
  const auto expected = ReferenceRedact(decider_, event.release);
  if (redacted.has_value() != expected.has_value()) {
    return Differ("the row", redacted ? "shows it" : "conceals it",
                  expected ? "shows it" : "conceals it");
  }
  if (!redacted) return std::nullopt;
  return Redactions(event, *redacted, *expected);
}

std::optional<std::string> ReleaseComparison::Event(const RandomCase& event) const {
  if (!EventAsItIs(event)) return std::nullopt;
  RandomCase small = event;
  Shrink([&] { return EventAsItIs(small).has_value(); }, &small.release.event);
  std::string fields;
  ListFields(small.release.event, "", &fields);
  return StrCat(QuestionOf(small.release), ", event with", fields, ": ", *EventAsItIs(small));
}

}  // namespace concordat::auth::testing
