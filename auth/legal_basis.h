#ifndef CONCORDAT_AUTH_LEGAL_BASIS_H_
#define CONCORDAT_AUTH_LEGAL_BASIS_H_

#include <string>

#include "absl/status/status.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

// What no policy may say of a purpose, whoever confirms it. What is left is the data protection
// officers' to choose.

// One of the four uses of the log that DPA 2018 s62(4) permits.
bool IsLogPurpose(v1::Purpose purpose);

// A competent authority of DPA 2018 Schedule 7: only its processing can be under Part 3. POLICE and
// PROBATION.
bool IsCompetentAuthority(v1::Role role);

// A role whose agencies are all relevant authorities of the Crime and Disorder Act 1998 s115(2), or
// act on behalf of one: police, councils' social care, probation, health bodies and the MARAC's
// coordination. Not a charity, nor a landlord, who may be one.
bool IsRelevantAuthority(v1::Role role);

// INVALID_ARGUMENT, naming the field below `path`, for: an unspecified or unknown purpose, gateway
// or regime; PART_3 for a role that is no competent authority; s115 for one that is no relevant
// authority; DPA 2018 s62 with any but a log purpose, and a log purpose with any other gateway; the
// same for s47 and INFORMATION_RIGHTS.
absl::Status CheckPurposeRule(v1::Role role, const v1::PurposeRule& rule, const std::string& path);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_LEGAL_BASIS_H_
