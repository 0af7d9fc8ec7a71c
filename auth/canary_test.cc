// Every field of every body and of persons of every capacity is filled with a value of its own, and
// for every view of one role or two the bytes that a reader would be sent are searched for the
// values that no role of the view may have. What a role may have is read here from the policy
// file's rules one by one, with R7 written out again, so that the compiled tables are not their own
// judge.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "auth/conditions.h"
#include "auth/config_file.h"
#include "auth/policy.h"
#include "auth/redactor.h"
#include "auth/release_context.h"
#include "base/str_cat.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "concordat/v1/person.pb.h"
#include "concordat/v1/policy.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace concordat::auth {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr char kPolicy[] = "deploy/policy/release-policy.textproto";

bool IsTime(const FieldDescriptor* field) {
  return field->message_type() == Timestamp::descriptor();
}

bool IsLeaf(const FieldDescriptor* field) {
  return field->message_type() == nullptr || IsTime(field);
}

// Where a value stands: what it is and whose.
struct Place {
  v1::DataClass field_class;
  v1::Capacity capacity;
  bool whole;  // Its reduced form is itself.

  bool operator<(const Place& other) const {
    return std::tie(field_class, capacity, whole) <
           std::tie(other.field_class, other.capacity, other.whole);
  }
};

Place PlaceOf(const FieldDescriptor* field, std::optional<v1::Capacity> person) {
  Place place;
  place.field_class = field->options().GetExtension(v1::data_class);
  place.whole = field->options().GetExtension(v1::generalise_to) == v1::WHOLE;
  const bool perpetrators =
      place.field_class == v1::OFFENCES || place.field_class == v1::RISK ||
      (place.field_class == v1::SUBSTANCE && field->type() == FieldDescriptor::TYPE_BOOL);
  place.capacity = person.value_or(perpetrators ? v1::PERPETRATOR : v1::VICTIM);
  if (place.capacity == v1::CAPACITY_UNSPECIFIED) place.capacity = v1::VICTIM;
  const bool protected_person = place.capacity == v1::VICTIM || place.capacity == v1::CHILD;
  if (place.field_class == v1::CONTACT && protected_person) {
    place.field_class = v1::VICTIM_LOCATION;
  }
  return place;
}

// Fills messages, and remembers what text it put where.
class Filler {
 public:
  explicit Filler(bool confidential) : confidential_(confidential) {}

  void Fill(Message* message, std::optional<v1::Capacity> person) {
    if (message->GetDescriptor() == v1::Address::descriptor() && confidential_) {
      person = v1::VICTIM;
    }
    const auto* type = message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      // Of a body or a replacement there is one: the caller sets it.
      if (field->real_containing_oneof() != nullptr || field->name() == "persons") continue;
      FillField(message, field, person);
    }
  }

  const std::map<std::string, Place>& texts() const { return texts_; }

 private:
  void FillField(Message* message, const FieldDescriptor* field,
                 std::optional<v1::Capacity> person) {
    const Reflection* reflection = message->GetReflection();
    if (IsTime(field)) {
      static_cast<Timestamp*>(reflection->MutableMessage(message, field))->set_seconds(1700000000);
    } else if (field->message_type() != nullptr) {
      Fill(field->is_repeated() ? reflection->AddMessage(message, field)
                                : reflection->MutableMessage(message, field),
           person);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const std::string canary = StrCat("canary-", texts_.size(), "-");
      texts_[canary] = PlaceOf(field, person);
      field->is_repeated() ? reflection->AddString(message, field, canary)
                           : reflection->SetString(message, field, canary);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const auto* last = field->enum_type()->value(field->enum_type()->value_count() - 1);
      if (field->name() == "capacity" || field->name() == "source_class") return;
      field->is_repeated() ? reflection->AddEnum(message, field, last)
                           : reflection->SetEnum(message, field, last);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      reflection->SetBool(message, field, field->name() != "confidential" || confidential_);
    } else {
      reflection->SetUInt32(message, field, 7);
    }
  }

  const bool confidential_;
  std::map<std::string, Place> texts_;
};

struct Sample {
  std::string name;
  v1::EventType type;
  v1::EventType replacement = v1::EVENT_TYPE_UNSPECIFIED;
  bool confidential;
  v1::CaseEvent event;
  std::map<std::string, Place> texts;
};

constexpr v1::Capacity kPersons[] = {v1::VICTIM, v1::PERPETRATOR, v1::CHILD, v1::THIRD_PARTY,
                                     v1::CAPACITY_UNSPECIFIED};

Sample MakeSample(const FieldDescriptor* body, const FieldDescriptor* replacement,
                  bool confidential) {
  Sample sample;
  sample.name = StrCat(body->name(), " ", replacement == nullptr ? "" : replacement->name(),
                       confidential ? " confidential" : "");
  sample.type = static_cast<v1::EventType>(body->number() - 19);  // As the oneof's fields follow.
  sample.confidential = confidential;
  Filler filler(confidential);
  filler.Fill(&sample.event, std::nullopt);
  for (v1::Capacity capacity : kPersons) {
    v1::Person* person = sample.event.add_persons();
    filler.Fill(person, capacity);
    person->set_capacity(capacity);
  }
  Message* inner = sample.event.GetReflection()->MutableMessage(&sample.event, body);
  filler.Fill(inner, std::nullopt);
  if (replacement != nullptr) {
    static const std::map<std::string, v1::EventType> kTypes = {
        {"incident", v1::INCIDENT_EVENT},
        {"risk_assessment", v1::RISK_ASSESSMENT_EVENT},
        {"social_care_contact", v1::SOCIAL_CARE_CONTACT_EVENT},
        {"custody_change", v1::CUSTODY_CHANGE_EVENT},
        {"liaison_contact", v1::LIAISON_CONTACT_EVENT}};
    sample.replacement = kTypes.at(replacement->name());
    filler.Fill(inner->GetReflection()->MutableMessage(inner, replacement), std::nullopt);
  }
  sample.texts = filler.texts();
  return sample;
}

std::vector<Sample> Samples() {
  std::vector<Sample> samples;
  const auto* bodies = v1::CaseEvent::descriptor()->FindOneofByName("body");
  const auto* replacements = v1::Correction::descriptor()->FindOneofByName("replacement");
  for (bool confidential : {false, true}) {
    for (int i = 0; i < bodies->field_count(); ++i) {
      samples.push_back(MakeSample(bodies->field(i), nullptr, confidential));
    }
    for (int i = 0; i < replacements->field_count(); ++i) {
      samples.push_back(MakeSample(v1::CaseEvent::descriptor()->FindFieldByName("correction"),
                                   replacements->field(i), confidential));
    }
  }
  return samples;
}

// The policy file, read one rule at a time.
class Oracle {
 public:
  Oracle() { EXPECT_TRUE(ReadTextproto(kPolicy, &file_).ok()); }

  // May a value in this place be sent whole.
  bool MayHave(const ViewRoles& view, const Place& place, const ConditionSet& conditions) const {
    for (v1::Role role : view.roles) {
      const v1::FieldRule* rule = Find(role, place.field_class, place.capacity);
      if (rule == nullptr || !conditions.Holds(rule->condition())) return false;
      const bool opens =
          rule->action() == v1::RELEASE || (rule->action() == v1::GENERALISE && place.whole);
      if (!opens || (Faces(role) && Locked(place))) return false;
    }
    return !view.roles.empty();
  }

  bool MaySee(const ViewRoles& view, const Sample& sample, v1::SourceClass source) const {
    for (v1::Role role : view.roles) {
      for (v1::EventType type : {sample.type, sample.replacement}) {
        if (type != v1::EVENT_TYPE_UNSPECIFIED && !Lists(role, type)) return false;
        if (Faces(role) && type == v1::LIAISON_CONTACT_EVENT) return false;
      }
      if (Faces(role) && (source == v1::SOURCE_CLASS_UNSPECIFIED || source == v1::SOURCE_VICTIM ||
                          source == v1::SOURCE_CHILD)) {
        return false;
      }
    }
    return true;
  }

  static bool Faces(v1::Role role) {
    return role == v1::DRIVE_CASE_MANAGER || role == v1::PROBATION;
  }

 private:
  static bool Locked(const Place& place) {
    const bool of_victim = place.capacity == v1::VICTIM || place.capacity == v1::CHILD;
    return place.field_class == v1::VICTIM_LOCATION || place.field_class == v1::SAFETY_PLAN ||
           place.field_class == v1::VICTIM_DISCLOSURE ||
           (of_victim && (place.field_class == v1::CONTACT || place.field_class == v1::HEALTH ||
                          place.field_class == v1::SUBSTANCE));
  }

  bool Lists(v1::Role role, v1::EventType type) const {
    for (const v1::RoleRule& rule : file_.roles()) {
      if (rule.role() != role) continue;
      for (int listed : rule.visible_events()) {
        if (listed == type) return true;
      }
    }
    return false;
  }

  const v1::FieldRule* Find(v1::Role role, v1::DataClass field_class, v1::Capacity capacity) const {
    const v1::FieldRule* any = nullptr;
    for (const v1::FieldRule& rule : file_.rules()) {
      if (rule.role() != role || rule.field_class() != field_class) continue;
      if (rule.capacity() == capacity) return &rule;
      if (rule.capacity() == v1::CAPACITY_UNSPECIFIED) any = &rule;
    }
    return any;
  }

  v1::ReleasePolicy file_;
};

// Every place of `message` that has a value other than text, which the search for canaries covers.
void CollectPlaces(const Message& message, std::optional<v1::Capacity> person, bool confidential,
                   std::set<Place>* places) {
  if (message.GetDescriptor() == v1::Person::descriptor()) {
    person = static_cast<const v1::Person&>(message).capacity();
  }
  if (message.GetDescriptor() == v1::Address::descriptor() && confidential) person = v1::VICTIM;
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool reduces_time =
        IsTime(field) && field->options().GetExtension(v1::generalise_to) == v1::DAY;
    if (IsLeaf(field) && field->cpp_type() != FieldDescriptor::CPPTYPE_STRING && !reduces_time) {
      places->insert(PlaceOf(field, person));
    } else if (!IsLeaf(field) && field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        CollectPlaces(reflection->GetRepeatedMessage(message, field, i), person, confidential,
                      places);
      }
    } else if (!IsLeaf(field)) {
      CollectPlaces(reflection->GetMessage(message, field), person, confidential, places);
    }
  }
}

std::vector<ViewRoles> Views() {
  std::vector<ViewRoles> views;
  for (int a = v1::Role_MIN + 1; a <= v1::Role_MAX; ++a) {
    views.push_back({{static_cast<v1::Role>(a)}});
    for (int b = v1::Role_MIN + 1; b <= v1::Role_MAX; ++b) {
      if (a != b) views.push_back({{static_cast<v1::Role>(a), static_cast<v1::Role>(b)}});
    }
  }
  return views;
}

ConditionSet AllConditions() {
  ConditionSet all;
  for (int c = v1::Condition_MIN; c <= v1::Condition_MAX; ++c)
    all.Add(static_cast<v1::Condition>(c));
  return all;
}

class CanaryTest : public ::testing::Test {
 protected:
  // Checks one release; counts what was found in order that a test that finds nothing fails.
  void Check(const ViewRoles& view, const Sample& sample, v1::SourceClass source,
             const ConditionSet& conditions) {
    ReleaseContext context;
    context.view = view;
    context.type = sample.type;
    context.source = source;
    context.conditions = conditions;
    context.event_time = absl::FromUnixSeconds(1700000000);
    context.source_agency = "lancashire-police";
    context.decided_at = context.event_time;  // The embargo, filled as every time is, is over.
    context.corrects = CorrectedRow{v1::INCIDENT_EVENT, v1::SOURCE_AGENCY_OBSERVED};
    v1::CaseEvent event = sample.event;
    event.set_source_class(source);
    const auto redacted = Redact(engine_, context, event);
    if (sample.type == v1::CORRECTION_EVENT && !redacted.has_value()) ++concealed_;
    ASSERT_EQ(redacted.has_value(), oracle_.MaySee(view, sample, source)) << sample.name;
    if (!redacted) return;

    v1::ReleasedEvent released;
    *released.mutable_event() = redacted->event;
    for (const v1::Marker& marker : redacted->markers) *released.add_markers() = marker;
    const std::string bytes = released.SerializeAsString();
    for (const auto& [canary, place] : sample.texts) {
      const bool sent = bytes.find(canary) != std::string::npos;
      sent ? ++sent_ : ++kept_back_;
      // REFERENCE goes with an element of which nothing else is left.
      if (!sent && place.field_class == v1::REFERENCE) continue;
      if (sent == oracle_.MayHave(view, place, conditions)) continue;
      ADD_FAILURE() << sample.name << ": " << v1::Role_Name(view.roles[0]) << " "
                    << v1::Role_Name(view.roles.back()) << (sent ? " got " : " did not get ")
                    << v1::DataClass_Name(place.field_class) << " of "
                    << v1::Capacity_Name(place.capacity);
    }
    std::set<Place> places;
    CollectPlaces(redacted->event, std::nullopt, sample.confidential, &places);
    for (const Place& place : places) {
      EXPECT_TRUE(oracle_.MayHave(view, place, conditions))
          << sample.name << ": " << v1::DataClass_Name(place.field_class) << " of "
          << v1::Capacity_Name(place.capacity);
    }
  }

  const PolicyEngine engine_ = *PolicyEngine::Load(kPolicy);
  const Oracle oracle_;
  int sent_ = 0;
  int kept_back_ = 0;
  int concealed_ = 0;
};

TEST_F(CanaryTest, NoViewIsSentAValueThatOneOfItsRolesMayNotHave) {
  const std::vector<Sample> samples = Samples();
  ASSERT_EQ(samples.size(), 2u * (7 + 5));
  for (const ViewRoles& view : Views()) {
    for (const Sample& sample : samples) {
      for (int source = v1::SourceClass_MIN; source <= v1::SourceClass_MAX; ++source) {
        for (const ConditionSet& conditions : {ConditionSet(), AllConditions()}) {
          Check(view, sample, static_cast<v1::SourceClass>(source), conditions);
          if (HasFailure()) return;
        }
      }
    }
  }
  EXPECT_GT(sent_, 100000);
  EXPECT_GT(kept_back_, 100000);
  EXPECT_GT(concealed_, 1000);
}

TEST_F(CanaryTest, EveryClassAndCapacityIsAmongTheValues) {
  std::set<std::pair<int, int>> seen;
  for (const Sample& sample : Samples()) {
    for (const auto& [canary, place] : sample.texts) {
      seen.insert({place.field_class, place.capacity});
    }
  }
  for (int c = v1::DataClass_MIN + 1; c <= v1::DataClass_MAX; ++c) {
    bool any = false;
    for (int w = v1::VICTIM; w <= v1::THIRD_PARTY; ++w) any = any || seen.count({c, w}) == 1;
    EXPECT_TRUE(any) << v1::DataClass_Name(static_cast<v1::DataClass>(c));
  }
  for (int w = v1::VICTIM; w <= v1::THIRD_PARTY; ++w) {
    EXPECT_EQ(seen.count({v1::IDENTITY, w}), 1u) << w;
    EXPECT_EQ(seen.count({v1::HEALTH, w}), 1u) << w;
  }
}

TEST_F(CanaryTest, AllConditionsStillGrantNothingThatTwoPersonsMustApprove) {
  const Place location = {v1::VICTIM_LOCATION, v1::VICTIM, false};
  EXPECT_FALSE(oracle_.MayHave({{v1::POLICE}}, location, AllConditions()));
  EXPECT_EQ(engine_
                .Decide({{v1::POLICE}}, v1::CONTACT, v1::VICTIM, v1::SOURCE_AGENCY_OBSERVED,
                        AllConditions())
                .reason,
            v1::TWO_PERSON_APPROVAL_NEEDED);
}

}  // namespace
}  // namespace concordat::auth
