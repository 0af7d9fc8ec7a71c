// The shapes that texts in requests may have. Errors tell the shape of what came, never the text.
#ifndef CONCORDAT_SERVICES_COMMON_TEXT_RULES_H_
#define CONCORDAT_SERVICES_COMMON_TEXT_RULES_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "services/common/field_path.h"

namespace concordat::services {

// INVALID_ARGUMENT unless `text` has at most `bytes_max` bytes, is UTF-8 and holds no control
// character (U+0000 to U+001F, U+007F) but tab, line feed and carriage return. The empty text is
// fine.
absl::Status CheckText(const FieldPath& path, std::string_view text, size_t bytes_max);

// An identifier: printable ASCII (0x21 to 0x7E, and space within), at most `bytes_max` bytes,
// without a space at an end.
absl::Status CheckOptionalId(const FieldPath& path, std::string_view text, size_t bytes_max);
// The same, and not empty.
absl::Status CheckId(const FieldPath& path, std::string_view text, size_t bytes_max);

// A name of a person: 1 to kNameCharsMax code points, on one line, not only blanks.
absl::Status CheckName(const FieldPath& path, std::string_view text);

// "YYYY-MM-DD", a day of the calendar from 1900 to `last`, both included. A refusal describes the
// shape only.
absl::Status CheckDate(const FieldPath& path, std::string_view text, absl::CivilDay last);

// A local authority's GSS code: E, W, S or N and eight digits, such as E06000009. Police areas
// (E23, W15) are refused: no victim service is responsible for one, so an alert so addressed would
// reach nobody.
absl::Status CheckLocalAuthority(const FieldPath& path, std::string_view text);

// What an agency calls its own record of a decision: 1 to kAuthorityReferenceBytesMax of A-Z, a-z,
// 0-9, '/', '.', '_', '-': it stands in the log for ever, and names a record, never a person.
absl::Status CheckAuthorityReference(const FieldPath& path, std::string_view text);

// Only decimal digits, at most `digits_max`, at least one.
absl::Status CheckDigits(const FieldPath& path, std::string_view text, size_t digits_max);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_TEXT_RULES_H_
