// JSON Web Tokens as access tokens: RFC 9068, in one form of the many that RFC 7515 allows. What is
// here knows no key: what it gives is believed only after the signature was checked.
#ifndef CONCORDAT_AUTH_ACCESS_TOKEN_H_
#define CONCORDAT_AUTH_ACCESS_TOKEN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace concordat::auth {

// gRPC refuses a call whose metadata come to 8 KiB.
inline constexpr size_t kAccessTokenBytesMax = 4096;

// One compact serialisation, taken apart. Points into the text.
struct SignedToken {
  std::string key_id;
  std::string_view signing_input;  // What was signed.
  std::string signature;           // 64 bytes.
  std::string claims;              // JSON, not looked at yet.
};

// UNAUTHENTICATED unless `compact` is at most kAccessTokenBytesMax, three parts of canonical
// base64url, the first an object with "alg" ES256, "typ" at+jwt (or application/at+jwt, in any
// case), a "kid" and no "crit". Any other algorithm is refused before a key is looked for (RFC 8725
// section 3.1).
absl::StatusOr<SignedToken> ParseSignedToken(std::string_view compact);

struct AccessTokenClaims {
  std::string issuer;
  std::vector<std::string> audiences;
  std::string subject;
  std::string agency;  // Ours: the directory id of the agency that the person acts for.
  absl::Time issued_at;
  absl::Time expires_at;
  absl::Time not_before = absl::InfinitePast();
  absl::Time authenticated_at = absl::InfinitePast();  // Where "auth_time" is missing.
  std::string authentication_class;                    // "acr"; empty where it is missing.
};

// UNAUTHENTICATED, naming the claim and never its value, unless "iss", "aud", "sub", "agency",
// "iat" and "exp" are there, all that is there has its type, and "sub" is 1 to
// kPractitionerBytesMax of A-Z, a-z, 0-9, '.', '_', '-'.
absl::StatusOr<AccessTokenClaims> ParseAccessTokenClaims(std::string_view json);

// "practitioner: got ..., want ...".
absl::Status TokenRefused(std::string_view got, std::string_view want);

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_ACCESS_TOKEN_H_
