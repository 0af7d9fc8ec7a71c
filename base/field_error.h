// The one shape of a validation error: which field, what came, what was wanted.
#ifndef CONCORDAT_BASE_FIELD_ERROR_H_
#define CONCORDAT_BASE_FIELD_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace concordat {

// INVALID_ARGUMENT "<field_path>: got <got>, want <want>".
//
// `field_path` is the path in the message with 0-based indices, such as
// "event.persons[2].full_name". `got` is the value only when it can't be personal data; of a
// personal value it describes the shape ("9 digits", "an empty string").
absl::Status FieldError(std::string_view field_path, std::string_view got, std::string_view want);

}  // namespace concordat

#endif  // CONCORDAT_BASE_FIELD_ERROR_H_
