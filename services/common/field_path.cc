#include "services/common/field_path.h"

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/field_error.h"

namespace concordat::services {

std::string FieldPath::ToString() const {
  std::string path = parent_ == nullptr ? "" : parent_->ToString();
  if (!path.empty()) path += '.';
  path.append(name_);
  if (index_ >= 0) absl::StrAppend(&path, "[", index_, "]");
  return path;
}

absl::Status FieldPath::Error(std::string_view got, std::string_view want) const {
  return FieldError(ToString(), got, want);
}

}  // namespace concordat::services
