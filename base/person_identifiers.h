// The identifiers of a person that carry a check character: format, check, and one spelling for
// matching.
//
// Each check answers OK or the INVALID_ARGUMENT of FieldError. The value itself is personal data
// and never stands in the error; the error describes its shape. Letters may be lower case.
// Thread-safe.
//
// Check letters of PNC ids and CRO numbers: "ZABCDEFGHJKLMNPQRTUVWXY"[N mod 23] (no I, O, S), N
// being the two digits of the year followed by the serial (rule as in
// ministryofjustice/hmpps-person-record). A serial of zero is refused: it is what a form with
// nothing in it sends, its check letter is right, and persons would be matched on it.
#ifndef CONCORDAT_BASE_PERSON_IDENTIFIERS_H_
#define CONCORDAT_BASE_PERSON_IDENTIFIERS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace concordat {

// Police National Computer id: YYYY/NNNNNNNC or YY/NNNNNNNC; the serial may have lost leading zeros
// and counts as seven digits. Years 1900 to 2099.
absl::Status CheckPncId(std::string_view field, std::string_view value);

// Criminal Records Office number: NNNNNN/YYC, the serial counting as six digits, or SFYY/N..NC, the
// serial of one to six digits counting as it is written and starting with no zero.
absl::Status CheckCroNumber(std::string_view field, std::string_view value);

// NHS number: ten digits without spaces; modulus 11 over weights 10 to 2, and a remainder that asks
// for the digit 10 has no valid number. A number of one repeated digit is refused: all ten of those
// pass the check and are placeholders.
absl::Status CheckNhsNumber(std::string_view field, std::string_view value);

// One spelling for all that name the same record, for matching. The value must have passed its
// check; for one that would not, the answer is empty, which matches nothing.
//
// PNC: YYYY/NNNNNNNC. Two digits of a year from 50 mean 19YY and below it 20YY: a fixed rule and
// not the day's date, because the same log must always give the same matches.
std::string CanonicalPncId(std::string_view value);
// CRO: NNNNNN/YYC or SFYY/N..NC. The two forms are different numbers.
std::string CanonicalCroNumber(std::string_view value);
std::string CanonicalNhsNumber(std::string_view value);

}  // namespace concordat

#endif  // CONCORDAT_BASE_PERSON_IDENTIFIERS_H_
