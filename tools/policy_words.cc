#include "tools/policy_words.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "tools/suggest.h"

namespace concordat::tools {
namespace {

using google::protobuf::EnumDescriptor;

std::string Upper(std::string_view text) {
  std::string name(absl::StripAsciiWhitespace(ToAbsl(text)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' || c == ' ' ? '_' : std::toupper(c); });
  return name;
}

// The part of the name that tells the values of one type apart.
std::string ShortName(const EnumDescriptor& type, const std::string& name) {
  constexpr std::string_view kSource = "SOURCE_";
  constexpr std::string_view kEvent = "_EVENT";
  if (type.full_name() == "concordat.v1.SourceClass" && name.rfind(kSource, 0) == 0) {
    return name.substr(kSource.size());
  }
  if (type.full_name() == "concordat.v1.EventType" && name.size() > kEvent.size()) {
    return name.substr(0, name.size() - kEvent.size());
  }
  return name;
}

}  // namespace

absl::StatusOr<int> ParseEnumNumber(std::string_view field, std::string_view text,
                                    const EnumDescriptor& type) {
  const std::string name = Upper(text);
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    if (value.number() == 0) continue;
    names.push_back(ShortName(type, value.name()));
    if (name == value.name() || name == names.back()) return value.number();
  }
  const std::string nearest = Nearest(name, names);
  return FieldError(field, StrCat("\"", text, "\""),
                    nearest.empty() ? StrCat("one of ", absl::StrJoin(names, ", "))
                                    : StrCat("perhaps ", nearest));
}

absl::StatusOr<std::vector<int>> ParseEnumNumbers(std::string_view field, std::string_view text,
                                                  const EnumDescriptor& type) {
  std::vector<int> numbers;
  const std::string all = Upper(text);
  if (all == "ANY" || all == "ANYONE") {
    for (int i = 0; i < type.value_count(); ++i) {
      if (type.value(i)->number() != 0) numbers.push_back(type.value(i)->number());
    }
    return numbers;
  }
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(text), ',');
  for (const std::string& part : parts) {
    CONCORDAT_ASSIGN_OR_RETURN(const int number, ParseEnumNumber(field, part, type));
    numbers.push_back(number);
  }
  return numbers;
}

absl::StatusOr<v1::CaseFlags> ParseCaseFlags(std::string_view field,
                                             const std::vector<std::string>& names) {
  v1::CaseFlags flags;
  const auto* type = v1::CaseFlags::descriptor();
  std::vector<std::string> known;
  for (int i = 0; i < type->field_count(); ++i) known.push_back(type->field(i)->name());
  for (const std::string& text : names) {
    const auto* flag = type->FindFieldByName(absl::AsciiStrToLower(Upper(text)));
    if (flag == nullptr) {
      return FieldError(field, StrCat("\"", text, "\""),
                        StrCat("one of ", absl::StrJoin(known, ", ")));
    }
    flags.GetReflection()->SetBool(&flags, flag, true);
  }
  return flags;
}

std::string ActionWord(v1::ReleaseAction action) {
  switch (action) {
    case v1::RELEASE:
      return "released";
    case v1::GENERALISE:
      return "generalised";
    case v1::CONCEAL:
      return "concealed";
    default:
      return "withheld";
  }
}

std::string ViewText(v1::Role role, v1::Role through) {
  if (through == v1::ROLE_UNSPECIFIED) return v1::Role_Name(role);
  return StrCat(v1::Role_Name(role), " through ", v1::Role_Name(through));
}

}  // namespace concordat::tools
