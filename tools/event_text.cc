#include "tools/event_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "absl/time/time.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "TWO_PERSON_APPROVAL_NEEDED" -> "two person approval needed".
std::string Words(const std::string& name) {
  std::string words;
  for (const char c : name) {
    words.push_back(c == '_' ? ' ' : std::tolower(static_cast<unsigned char>(c)));
  }
  return words;
}

std::string Shown(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::string Time(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

// One value that is no message; `index` is -1 for a field that is not repeated.
std::string Value(const Message& message, const FieldDescriptor& field, int index) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Shown(repeated ? reflection.GetRepeatedString(message, &field, index)
                            : reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return Words(repeated ? reflection.GetRepeatedEnum(message, &field, index)->name()
                            : reflection.GetEnum(message, &field)->name());
    case FieldDescriptor::CPPTYPE_BOOL:
      return "yes";  // Only a field that is set is shown.
    case FieldDescriptor::CPPTYPE_UINT32:
      return StrCat(repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                             : reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return StrCat(repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                             : reflection.GetUInt64(message, &field));
    default:
      return "(shown by --json)";
  }
}

void AppendFields(const Message& message, const std::string& path, std::string* text);

void AppendField(const Message& message, const FieldDescriptor& field, int index,
                 const std::string& path, std::string* text) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const std::string name =
      StrCat(path, path.empty() ? "" : ".", field.name(), index < 0 ? "" : StrCat("[", index, "]"));
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    StrAppend(text, "    ", name, ": ", Value(message, field, index), "\n");
    return;
  }
  const Message& child = index < 0 ? reflection.GetMessage(message, &field)
                                   : reflection.GetRepeatedMessage(message, &field, index);
  if (child.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    const auto& time = static_cast<const google::protobuf::Timestamp&>(child);
    StrAppend(text, "    ", name, ": ", Time(time), "\n");
  } else {
    AppendFields(child, name, text);
  }
}

void AppendFields(const Message& message, const std::string& path, std::string* text) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      AppendField(message, *field, -1, path, text);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) AppendField(message, *field, i, path, text);
  }
}

}  // namespace

std::string BodyName(const v1::CaseEvent& event) {
  const auto* body = v1::CaseEvent::descriptor()->FindOneofByName("body");
  const FieldDescriptor* field = event.GetReflection()->GetOneofFieldDescriptor(event, body);
  return field == nullptr ? "event" : field->name();
}

std::string MarkerText(const v1::Marker& marker) {
  const bool generalised = marker.action() == v1::GENERALISE;
  std::string text = generalised ? "generalised: " : "withheld: ";
  if (marker.field_class() == v1::DATA_CLASS_UNSPECIFIED) {
    StrAppend(&text, "the whole event; ");
  } else {
    StrAppend(&text, Words(v1::DataClass_Name(marker.field_class())), ", ", marker.field_count(),
              marker.field_count() == 1 ? " field; " : " fields; ");
  }
  StrAppend(&text, Words(v1::ReasonCode_Name(marker.reason())));
  if (!generalised && !marker.ask_agency().empty()) {
    StrAppend(&text, "; ask ", marker.ask_agency());
  }
  return text;
}

std::string EventText(const v1::ReleasedEvent& released) {
  std::string text =
      StrCat(released.event().has_occurred_at() ? Time(released.event().occurred_at())
                                                : "(time not shown)",
             "  ", BodyName(released.event()), " from ", released.source_agency(),
             released.superseded() ? "  (superseded)" : "", "  #", released.leaf_index(), "\n");
  AppendFields(released.event(), "", &text);
  for (const v1::Marker& marker : released.markers()) {
    StrAppend(&text, "    - ", MarkerText(marker), "\n");
  }
  return text;
}

}  // namespace concordat::tools
