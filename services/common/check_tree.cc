#include "services/common/check_tree.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "services/common/text_rules.h"

namespace concordat::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status CheckUnknown(const Message& message, const FieldPath& path) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) return absl::OkStatus();
  return path.Error(absl::StrCat("unknown field number ", unknown.field(0).number()),
                    "only known fields");
}

absl::Status CheckEnum(const FieldDescriptor& field, int number, const FieldPath& path) {
  if (field.enum_type()->FindValueByNumber(number) != nullptr) return absl::OkStatus();
  return path.Error(absl::StrCat(number),
                    absl::StrCat("a value of ", std::string(field.enum_type()->name())));
}

absl::Status CheckList(const Message& message, const FieldDescriptor& field,
                       const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  const size_t count = static_cast<size_t>(reflection.FieldSize(message, &field));
  const bool numbers = field.cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
                       field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
  const size_t max = numbers ? kAcknowledgeMax : kRepeatedStringsMax;
  if (count > max) {
    return path.Child(field.name())
        .Error(absl::StrCat(count, " elements"), absl::StrCat("at most ", max));
  }
  for (int i = 0; i < static_cast<int>(count); ++i) {
    const FieldPath element = path.Child(field.name(), i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      CONCORDAT_RETURN_IF_ERROR(
          CheckTree(reflection.GetRepeatedMessage(message, &field, i), element));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      CONCORDAT_RETURN_IF_ERROR(
          CheckEnum(field, reflection.GetRepeatedEnumValue(message, &field, i), element));
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      std::string scratch;
      CONCORDAT_RETURN_IF_ERROR(
          CheckText(element, reflection.GetRepeatedStringReference(message, &field, i, &scratch),
                    kFreeTextBytesMax));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckField(const Message& message, const FieldDescriptor& field,
                        const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) return CheckList(message, field, path);
  const FieldPath child = path.Child(field.name());
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return CheckTree(reflection.GetMessage(message, &field), child);
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return CheckEnum(field, reflection.GetEnumValue(message, &field), child);
  }
  if (field.type() == FieldDescriptor::TYPE_STRING) {
    std::string scratch;
    return CheckText(child, reflection.GetStringReference(message, &field, &scratch),
                     kFreeTextBytesMax);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTree(const Message& message, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckUnknown(message, path));
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    CONCORDAT_RETURN_IF_ERROR(CheckField(message, *field, path));
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
