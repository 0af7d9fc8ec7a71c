#include "auth/testing/random_event.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "auth/testing/random_sharing.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "concordat/v1/data_class.pb.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/person.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace concordat::auth::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

constexpr int kUnknownNumber = 1999;
constexpr int kRepeatedMax = 3;

class Filler {
 public:
  Filler(Random* random, std::map<std::string, std::string>* texts)
      : random_(random), texts_(texts), filled_percent_(random->Pick<int>({20, 50, 90, 100})) {}

  void Fill(const std::string& path, Message* message) {
    const auto* type = message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->real_containing_oneof() != nullptr || !random_->Chance(filled_percent_)) continue;
      const int count = field->is_repeated() ? random_->Between(1, kRepeatedMax) : 1;
      for (int n = 0; n < count; ++n) FillField(StrCat(path, ".", field->name()), field, message);
    }
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
      const auto* oneof = type->oneof_decl(i);
      if (random_->Chance(3)) continue;
      const FieldDescriptor* field = oneof->field(random_->Below(oneof->field_count()));
      FillField(StrCat(path, ".", field->name()), field, message);
    }
    if (random_->Chance(5)) {
      message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(
          kUnknownNumber, Text(StrCat(path, ".unknown"), StrCat("Unknown", ++count_, "x")));
    }
  }

 private:
  void FillField(const std::string& path, const FieldDescriptor* field, Message* message) {
    const auto* reflection = message->GetReflection();
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = TextFor(path, field);
        many ? reflection->AddString(message, field, text)
             : reflection->SetString(message, field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int value = AnyNumberOf(field);
        many ? reflection->AddEnumValue(message, field, value)
             : reflection->SetEnumValue(message, field, value);
        break;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection->SetBool(message, field,
                            random_->Chance(field->name() == "confidential" ? 25 : 50));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection->SetUInt32(message, field,
                              random_->Chance(10) ? 0 : static_cast<uint32_t>(++count_));
        break;
      default: {
        Message* inner = many ? reflection->AddMessage(message, field)
                              : reflection->MutableMessage(message, field);
        if (field->message_type() == Timestamp::descriptor()) {
          FillTime(static_cast<Timestamp*>(inner));
        } else {
          Fill(path, inner);
        }
      }
    }
  }

  void FillTime(Timestamp* time) {
    time->set_seconds(int64_t{1600000000} + random_->Below(200000000));
    time->set_nanos(random_->Chance(5) ? 1000000000 : random_->Below(1000000000));
    if (random_->Chance(5)) time->set_seconds(-time->seconds() * (random_->Chance(50) ? 1 : 100));
  }

  int AnyNumberOf(const FieldDescriptor* field) {
    if (random_->Chance(3)) return 99;
    const auto* type = field->enum_type();
    return type->value(random_->Below(type->value_count()))->number();
  }

  // Remembers where the text stands.
  std::string Text(const std::string& path, const std::string& text) {
    (*texts_)[text] = path;
    return text;
  }

  // In the shape that its reduced form needs, or in none.
  std::string TextFor(const std::string& path, const FieldDescriptor* field) {
    const int n = ++count_;
    const auto form = field->options().GetExtension(v1::generalise_to);
    if (form == v1::NOTHING || form == v1::WHOLE || random_->Chance(10)) {
      return Text(path, StrCat("synthetic", n, "x"));
    }
    switch (form) {
      case v1::INITIALS:
        return Text(path, random_->Chance(80) ? StrCat("Asha ", n, "z Example", n, "x")
                                              : StrCat("bram", n, "x"));
      case v1::AGE_BAND:
        return Text(path, absl::StrFormat("%04d-%02d-%02d", 1880 + n % 160, random_->Between(1, 12),
                                          random_->Between(1, 31)));
      default:
        return Text(path, absl::StrFormat("%s%d%s%d%c%c", random_->Chance(50) ? "ZZ" : "zz",
                                          n / 260 % 10, random_->Chance(70) ? " " : "", n / 26 % 10,
                                          'A' + n % 26, random_->Chance(90) ? 'Q' : '7'));
    }
  }

  Random* const random_;
  std::map<std::string, std::string>* const texts_;
  const int filled_percent_;
  int count_ = 0;
};

}  // namespace

Roles RandomView(Random* random) {
  const int count = random->Pick<int>({0, 1, 1, 1, 1, 2, 2, 2, 2, 3});
  Roles view;
  for (int i = 0; i < count; ++i) {
    const int number = random->Chance(95) ? random->Between(1, v1::Role_MAX)
                                          : random->Pick<int>({-1, 0, v1::Role_MAX + 1, 99});
    view.push_back(static_cast<v1::Role>(number));
  }
  return view;
}

Conditions RandomConditions(Random* random) {
  Conditions conditions;
  for (int c = v1::Condition_MIN; c <= v1::Condition_MAX; ++c) {
    if (random->Chance(50)) conditions.insert(static_cast<v1::Condition>(c));
  }
  return conditions;
}

v1::SourceClass RandomSource(Random* random) {
  if (random->Chance(50)) return v1::SOURCE_AGENCY_OBSERVED;
  return static_cast<v1::SourceClass>(random->Chance(5)
                                          ? random->Pick<int>({-1, v1::SourceClass_MAX + 1, 99})
                                          : random->Between(0, v1::SourceClass_MAX));
}

RandomCase RandomRelease(Random* random) {
  RandomCase result;
  ReleaseCase& release = result.release;
  Filler(random, &result.texts).Fill("event", &release.event);
  release.view = RandomView(random);
  release.conditions = RandomConditions(random);
  release.grant = static_cast<v1::GrantKind>(random->Between(0, v1::GrantKind_MAX));
  release.source = RandomSource(random);
  if (random->Chance(90)) release.event.set_source_class(release.source);
  release.type = BodyTypeOf(release.event);
  if (random->Chance(3)) {
    release.type = static_cast<v1::EventType>(random->Between(0, v1::EventType_MAX + 1));
  }
  release.event_time = random->Chance(3)
                           ? absl::InfinitePast()
                           : absl::FromUnixSeconds(1600000000 + random->Below(200000000));
  release.sharing = RandomSharing(random);
  // Most embargoes are over, some by a nanosecond; or the record would rarely be seen.
  if (release.event.has_embargo_until()) {
    const v1::CaseEvent& event = release.event;
    const absl::Time until = absl::FromUnixSeconds(event.embargo_until().seconds()) +
                             absl::Nanoseconds(event.embargo_until().nanos());
    if (random->Chance(75)) {
      *release.event.mutable_embargo_until() = ToTimestamp(RandomEdge(random) - absl::Hours(9));
    } else if (random->Chance(80)) {
      release.sharing.decided_at = until + absl::Nanoseconds(random->Between(-1, 1));
    }
  }
  if (random->Chance(75)) {
    release.corrects = std::make_pair(
        static_cast<v1::EventType>(random->Between(1, v1::EventType_MAX)), RandomSource(random));
  }
  return result;
}

}  // namespace concordat::auth::testing
