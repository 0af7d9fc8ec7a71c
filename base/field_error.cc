#include "base/field_error.h"

#include <string_view>

#include "absl/status/status.h"
#include "base/str_cat.h"

namespace concordat {

absl::Status FieldError(std::string_view field_path, std::string_view got, std::string_view want) {
  return absl::InvalidArgumentError(StrCat(field_path, ": got ", got, ", want ", want));
}

}  // namespace concordat
