// std::string_view beside Debian's Abseil, which is built with its own absl::string_view and
// converts neither to nor from the standard one. The project's interfaces use std::string_view;
// these carry it over where Abseil is called.
//
//   StrCat("field: got ", view, ", want ", 3)        as absl::StrCat, and takes std::string_view
//   absl::StrSplit(ToAbsl(view), '/')                for any other function of Abseil
#ifndef CONCORDAT_BASE_STR_CAT_H_
#define CONCORDAT_BASE_STR_CAT_H_

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace concordat {

// The same characters; valid as long as those of the argument.
inline absl::string_view ToAbsl(std::string_view view) {
  return absl::string_view(view.data(), view.size());
}
inline std::string_view ToStd(absl::string_view view) {
  return std::string_view(view.data(), view.size());
}

namespace str_cat_internal {

template <typename T>
const T& Carry(const T& value) {
  return value;
}
inline absl::string_view Carry(const std::string_view& view) { return ToAbsl(view); }

}  // namespace str_cat_internal

template <typename... Ts>
std::string StrCat(const Ts&... values) {
  return absl::StrCat(str_cat_internal::Carry(values)...);
}

// No part may stand in `out` itself.
template <typename... Ts>
void StrAppend(std::string* out, const Ts&... values) {
  absl::StrAppend(out, str_cat_internal::Carry(values)...);
}

}  // namespace concordat

#endif  // CONCORDAT_BASE_STR_CAT_H_
