// The person behind a call, as a checked access token (RFC 9068) says.
#ifndef CONCORDAT_AUTH_PRACTITIONER_H_
#define CONCORDAT_AUTH_PRACTITIONER_H_

#include <string>

#include "absl/time/time.h"

namespace concordat::auth {

struct Practitioner {
  std::string issuer;   // Claim "iss", one that the agency's practitioners have.
  std::string subject;  // Claim "sub": 1 to kPractitionerBytesMax of A-Z, a-z, 0-9, '.', '_', '-'.
  absl::Time authenticated_at;  // Claim "auth_time".
  bool strong = false;          // Claim "acr" is one of the issuer's strong ones.
  bool fresh = false;           // Strong, and no longer ago than the issuer's fresh_seconds.

  // One person: a subject means nothing without its issuer.
  bool IsSameAs(const Practitioner& other) const {
    return issuer == other.issuer && subject == other.subject;
  }
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_PRACTITIONER_H_
