// Events about plainly synthetic people, valid as the services check them.
#ifndef CONCORDAT_TESTS_SYNTHETIC_H_
#define CONCORDAT_TESTS_SYNTHETIC_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::tests {

// Valid identifiers, a different one for each number. NHS numbers are from the range 999 000 0000,
// which is kept for tests.
std::string PncId(int n);        // n from 0 to 999999.
std::string CroNumber(int n);    // n from 0 to 99999.
std::string NhsNumber(int n);    // n from 0 to 99999; those without a check digit are passed over.
std::string DateOfBirth(int n);  // A day from 1950 on.

// The persons of family `n`: other families are other people, by every identifier.
v1::Person Victim(int n);       // NHS number; lives in Blackpool (E06000009).
v1::Person Perpetrator(int n);  // PNC id.
v1::Person Child(int n);

// When event `minute` happened: a moment of the past, later for a later minute.
absl::Time At(int minute);

// Events of family `n`, from the agency that sends such events, with its purpose.
v1::PushRequest Referral(int n, std::string_view reference, int minute);
v1::PushRequest Incident(int n, std::string_view reference, int minute);
v1::PushRequest Custody(int n, std::string_view reference, int minute);  // Perpetrator only.
v1::PushRequest SocialContact(int n, std::string_view reference, int minute);
v1::PushRequest Liaison(int n, std::string_view reference, int minute);

// Withdraws revision 1 of `corrected`, an event of the same sender, in favour of its body with
// other circumstances. Of an incident.
v1::PushRequest CorrectionOf(const v1::PushRequest& corrected, std::string_view reference,
                             int minute);

}  // namespace concordat::tests

#endif  // CONCORDAT_TESTS_SYNTHETIC_H_
