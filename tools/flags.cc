#include "tools/flags.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/suggest.h"

namespace concordat::tools {

FlagTable& FlagTable::Add(std::string_view name, Kind kind, void* value,
                          std::string_view placeholder, std::string_view help, bool required) {
  flags_.push_back(
      Flag{StrCat("--", name), kind, value, std::string(placeholder), std::string(help), required});
  return *this;
}

FlagTable& FlagTable::Text(std::string_view name, std::string* value, std::string_view placeholder,
                           std::string_view help) {
  return Add(name, Kind::kText, value, placeholder, help, false);
}

FlagTable& FlagTable::RequiredText(std::string_view name, std::string* value,
                                   std::string_view placeholder, std::string_view help) {
  return Add(name, Kind::kText, value, placeholder, help, true);
}

FlagTable& FlagTable::TextList(std::string_view name, std::vector<std::string>* values,
                               std::string_view placeholder, std::string_view help) {
  return Add(name, Kind::kTextList, values, placeholder, help, false);
}

FlagTable& FlagTable::Number(std::string_view name, uint64_t* value, std::string_view help) {
  return Add(name, Kind::kNumber, value, "N", help, false);
}

FlagTable& FlagTable::Switch(std::string_view name, bool* value, std::string_view help) {
  return Add(name, Kind::kSwitch, value, "", help, false);
}

const FlagTable::Flag* FlagTable::Find(std::string_view name) const {
  for (const Flag& flag : flags_) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

absl::Status FlagTable::UnknownFlag(std::string_view name) const {
  std::vector<std::string> names = {"--help"};
  for (const Flag& flag : flags_) names.push_back(flag.name);
  const std::string nearest = Nearest(name, names);
  return FieldError(name, "an unknown flag",
                    nearest.empty() ? "a flag that --help lists" : StrCat("perhaps ", nearest));
}

absl::Status FlagTable::Store(const Flag& flag, const std::string& text) {
  switch (flag.kind) {
    case Kind::kText:
      *static_cast<std::string*>(flag.value) = text;
      break;
    case Kind::kTextList:
      static_cast<std::vector<std::string>*>(flag.value)->push_back(text);
      break;
    case Kind::kNumber:
      if (!absl::SimpleAtoi(text, static_cast<uint64_t*>(flag.value))) {
        return FieldError(flag.name, StrCat("\"", text, "\""), "a whole number");
      }
      break;
    case Kind::kSwitch:
      *static_cast<bool*>(flag.value) = true;
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FlagTable::Parse(
    const std::vector<std::string>& args) const {
  std::vector<std::string> arguments;
  std::set<std::string> given;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg == "--") {
      arguments.insert(arguments.end(), args.begin() + i + 1, args.end());
      break;
    }
    if (arg.size() < 2 || arg[0] != '-') {
      arguments.push_back(arg);
      continue;
    }
    const size_t equals = arg.find('=');
    const std::string name = arg.substr(0, equals);
    const Flag* flag = Find(name);
    if (flag == nullptr) return UnknownFlag(name);
    if (!given.insert(name).second && flag->kind != Kind::kTextList) {
      return FieldError(name, "the flag twice", "it once");
    }
    std::string value;
    if (flag->kind == Kind::kSwitch) {
      if (equals != std::string::npos) return FieldError(name, "a value", "none");
    } else if (equals != std::string::npos) {
      value = arg.substr(equals + 1);
    } else if (i + 1 < args.size()) {
      value = args[++i];
    } else {
      return FieldError(name, "nothing", flag->placeholder);
    }
    CONCORDAT_RETURN_IF_ERROR(Store(*flag, value));
  }
  for (const Flag& flag : flags_) {
    if (flag.required && static_cast<const std::string*>(flag.value)->empty()) {
      return FieldError(flag.name, "nothing", flag.placeholder);
    }
  }
  if (arguments.size() < help_.arguments_min || arguments.size() > help_.arguments_max) {
    return FieldError("arguments", StrCat(arguments.size()), help_.usage);
  }
  return arguments;
}

bool FlagTable::WantsHelp(const std::vector<std::string>& args) {
  const auto end = std::find(args.begin(), args.end(), "--");
  return std::any_of(args.begin(), end,
                     [](const std::string& arg) { return arg == "--help" || arg == "-h"; });
}

std::string FlagTable::Help() const {
  std::string text = StrCat(help_.summary, "\n\nUsage:\n  ", help_.usage, "\n");
  if (!flags_.empty()) StrAppend(&text, "\nFlags:\n");
  size_t width = 0;
  for (const Flag& flag : flags_) {
    width = std::max(width, flag.name.size() + 1 + flag.placeholder.size());
  }
  for (const Flag& flag : flags_) {
    std::string left = StrCat(flag.name, " ", flag.placeholder);
    left.resize(width, ' ');
    StrAppend(&text, "  ", left, "  ", flag.help, flag.required ? " (required)" : "", "\n");
  }
  StrAppend(&text, "\nExample:\n  ", help_.example, "\n");
  return text;
}

}  // namespace concordat::tools
