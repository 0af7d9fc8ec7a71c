#include "tools/purposes.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/field_error.h"
#include "base/str_cat.h"
#include "tools/suggest.h"

namespace concordat::tools {

absl::StatusOr<v1::Purpose> ParsePurpose(const std::string& text) {
  std::string name = text;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : std::toupper(c); });
  v1::Purpose purpose;
  if (v1::Purpose_Parse(name, &purpose) && purpose != v1::PURPOSE_UNSPECIFIED) return purpose;
  std::vector<std::string> names;
  std::string all;
  for (int number = v1::Purpose_MIN + 1; number <= v1::Purpose_MAX; ++number) {
    names.push_back(v1::Purpose_Name(number));
    StrAppend(&all, all.empty() ? "one of " : ", ", names.back());
  }
  const std::string nearest = Nearest(name, names);
  return FieldError("--purpose", StrCat("\"", text, "\""),
                    nearest.empty() ? all : StrCat("perhaps ", nearest));
}

}  // namespace concordat::tools
