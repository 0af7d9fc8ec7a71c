#ifndef CONCORDAT_AUTH_GENERALISE_H_
#define CONCORDAT_AUTH_GENERALISE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "concordat/v1/data_class.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace concordat::auth {

// What GENERALISE leaves of a value. Pure functions; nullopt means that nothing safe is left, so
// that a value of a shape not foreseen is removed, never passed on.

// "Asha Mary Example" -> "A. E.": of the first and the last word that begin with a letter, upper
// case for ASCII. One such word: one initial. Letters are Latin, Greek and Cyrillic (to U+052F): in
// other scripts one character may be a whole name.
std::optional<std::string> Initials(std::string_view name);

// "1990-04-01" -> "25-34": the age in whole years at the UTC day of `at`. Bands: under 5, 5-11,
// 12-15, 16-17, 18-24, 25-34, 35-44, 45-54, 55-64, 65-74, 75+. nullopt: not a calendar date
// YYYY-MM-DD, born after `at`, more than 130 years before, or `at` is infinite.
std::optional<std::string> AgeBand(std::string_view date_of_birth, absl::Time at);

// "fy1 4xx" -> "FY1": of a well-formed UK postcode (BS 7666), with one space or none.
std::optional<std::string> OutwardCode(std::string_view postcode);

// The start of the UTC day. nullopt: outside the years 1 to 9999, or nanoseconds out of range.
std::optional<google::protobuf::Timestamp> Day(const google::protobuf::Timestamp& time);

// By the field's generalise_to. nullopt for NOTHING, for DAY (not a text) and for an unknown
// number; the value itself for WHOLE.
std::optional<std::string> GeneraliseText(v1::Generaliser generaliser, std::string_view value,
                                          absl::Time event_time);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_GENERALISE_H_
