// The words of a release policy as people type them, and as they are shown.
//
// "VICTIM_LOCATION", "victim-location" and "victim location" are the same. A source class may be
// written without its SOURCE_, an event type without its _EVENT.
#ifndef CONCORDAT_TOOLS_POLICY_WORDS_H_
#define CONCORDAT_TOOLS_POLICY_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"

namespace concordat::tools {

// The number of the value that `text` names. INVALID_ARGUMENT "<field>: got ..., want ...", with
// the nearest name or all of them, for any other text; the value 0 (unspecified, none) has no name.
absl::StatusOr<int> ParseEnumNumber(std::string_view field, std::string_view text,
                                    const google::protobuf::EnumDescriptor& type);

// The numbers of a list such as "victim, child", in its order; "any" or "anyone" is every value but
// 0.
absl::StatusOr<std::vector<int>> ParseEnumNumbers(std::string_view field, std::string_view text,
                                                  const google::protobuf::EnumDescriptor& type);

template <typename Enum>
absl::StatusOr<Enum> ParseName(std::string_view field, std::string_view text) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const int number, ParseEnumNumber(field, text, *google::protobuf::GetEnumDescriptor<Enum>()));
  return static_cast<Enum>(number);
}

template <typename Enum>
absl::StatusOr<std::vector<Enum>> ParseNames(std::string_view field, std::string_view text) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<int> numbers,
      ParseEnumNumbers(field, text, *google::protobuf::GetEnumDescriptor<Enum>()));
  std::vector<Enum> values;
  for (const int number : numbers) values.push_back(static_cast<Enum>(number));
  return values;
}

// Every value but 0, ascending.
template <typename Enum>
std::vector<Enum> AllOf() {
  std::vector<Enum> values;
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() != 0)
      values.push_back(static_cast<Enum>(type->value(i)->number()));
  }
  return values;
}

// A case's flags by their names in the proto: "high-risk". `field` is named in the error.
absl::StatusOr<v1::CaseFlags> ParseCaseFlags(std::string_view field,
                                             const std::vector<std::string>& names);

// "released", "generalised", "withheld", "concealed".
std::string ActionWord(v1::ReleaseAction action);

// "POLICE", or "MARAC_COORDINATOR through VICTIM_SERVICE".
std::string ViewText(v1::Role role, v1::Role through);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_POLICY_WORDS_H_
