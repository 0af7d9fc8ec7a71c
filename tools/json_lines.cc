#include "tools/json_lines.h"

#include <google/protobuf/util/json_util.h>

#include <cctype>
#include <string_view>

#include "base/field_error.h"
#include "base/str_cat.h"

namespace concordat::tools {
namespace {

constexpr size_t kShownNameCharsMax = 64;

// A field name comes from the line: it is shown as far as it looks like a name.
std::string ShownName(std::string_view name) {
  std::string shown;
  for (const char c : name.substr(0, kShownNameCharsMax)) {
    shown.push_back(std::isalnum(static_cast<unsigned char>(c)) || c == '_' ? c : '?');
  }
  return shown;
}

// "type.googleapis.com/concordat.v1.RiskGrade" -> "a RiskGrade"; "TYPE_UINT32" -> "a uint32".
std::string TypeName(std::string_view type) {
  const size_t cut = type.find_last_of("./");
  if (cut != std::string_view::npos) return StrCat("a ", type.substr(cut + 1));
  if (type.substr(0, 5) == "TYPE_") type.remove_prefix(5);
  std::string name = "a ";
  for (const char c : type) name.push_back(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

// The JSON parser's texts quote the line; what is passed on is the place and the kind alone.
absl::Status Explain(std::string_view text) {
  std::string field = "event";
  std::string_view rest = text;
  if (rest.substr(0, 1) == "(" && rest.find(')') != std::string_view::npos) {
    StrAppend(&field, ".", rest.substr(1, rest.find(')') - 1));
    rest.remove_prefix(rest.find(')') + 1);
  }
  constexpr std::string_view kNoField = ": Cannot find field.";
  if (rest.size() > kNoField.size() && rest.substr(rest.size() - kNoField.size()) == kNoField) {
    std::string_view name = rest.substr(0, rest.size() - kNoField.size());
    if (name.substr(0, 1) == " ") name.remove_prefix(1);
    return FieldError(StrCat(field, ".", ShownName(name)), "an unknown field",
                      "only fields of the event's JSON mapping");
  }
  constexpr std::string_view kForType = " for type ";
  const size_t type = rest.rfind(kForType);
  if (rest.find("invalid value") != std::string_view::npos && type != std::string_view::npos) {
    const std::string_view name = rest.substr(type + kForType.size());
    if (name == "oneof") return FieldError(field, "two bodies", "one");
    return FieldError(field, "a value that does not fit", TypeName(name));
  }
  if (rest.find("Root element") != std::string_view::npos) {
    return FieldError("line", "JSON that is no object", "one JSON object");
  }
  if (rest.find("non UTF-8") != std::string_view::npos) {
    return FieldError("line", "bytes that are not UTF-8", "UTF-8");
  }
  return FieldError("line", "text that is not JSON, or cut off", "one JSON object");
}

}  // namespace

bool LineReader::ReadLine(JsonLine* line) {
  std::streambuf* buffer = in_->rdbuf();
  int c = buffer->sbumpc();
  if (c == std::char_traits<char>::eof()) return false;
  line->number = ++lines_;
  line->text.clear();
  line->too_long = false;
  for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer->sbumpc()) {
    if (line->text.size() == kLineBytesMax) {
      line->too_long = true;
    } else {
      line->text.push_back(static_cast<char>(c));
    }
  }
  if (!line->text.empty() && line->text.back() == '\r') line->text.pop_back();
  return true;
}

std::optional<JsonLine> LineReader::Next() {
  JsonLine line;
  while (ReadLine(&line)) {
    if (line.text.find_first_not_of(" \t") != std::string::npos) return line;
  }
  return std::nullopt;
}

absl::StatusOr<v1::CaseEvent> ParseCaseEvent(const JsonLine& line) {
  if (line.too_long) {
    return FieldError("line", StrCat("more than ", kLineBytesMax, " bytes"), "fewer");
  }
  v1::CaseEvent event;
  const auto status = google::protobuf::util::JsonStringToMessage(line.text, &event);
  if (!status.ok()) {
    const auto message = status.message();
    return Explain(std::string_view(message.data(), message.size()));
  }
  return event;
}

}  // namespace concordat::tools
