#include "auth/access_token.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "auth/strict_json.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/p256.h"

namespace concordat::auth {
namespace {

using nlohmann::json;

constexpr size_t kTextClaimBytesMax = 256;
constexpr size_t kAudiencesMax = 16;

absl::Status ClaimRefused(const char* claim, std::string_view want) {
  return TokenRefused(StrCat("a token whose claim \"", claim, "\" is missing or of another form"),
                      want);
}

absl::StatusOr<std::string> TextClaim(const json& claims, const char* name) {
  std::string text = TextMember(claims, name).value_or("");
  if (text.empty() || text.size() > kTextClaimBytesMax) {
    return ClaimRefused(name, StrCat("a text of at most ", kTextClaimBytesMax, " bytes"));
  }
  return text;
}

absl::StatusOr<absl::Time> TimeClaim(const json& claims, const char* name) {
  const std::optional<int64_t> seconds = SecondsMember(claims, name);
  if (!seconds.has_value()) return ClaimRefused(name, "whole seconds since 1970");
  return absl::FromUnixSeconds(*seconds);
}

// One text, or a list of them (RFC 7519 section 4.1.3).
absl::StatusOr<std::vector<std::string>> Audiences(const json& claims) {
  if (TextMember(claims, "aud").has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(std::string audience, TextClaim(claims, "aud"));
    return std::vector<std::string>{std::move(audience)};
  }
  const auto listed = claims.find("aud");
  std::vector<std::string> audiences;
  if (listed != claims.end() && listed->is_array() && listed->size() <= kAudiencesMax) {
    for (const json& audience : *listed) {
      if (!audience.is_string()) return ClaimRefused("aud", "texts");
      audiences.push_back(audience.get<std::string>());
    }
  }
  if (audiences.empty()) return ClaimRefused("aud", "the audience, or a list of them");
  return audiences;
}

bool IsSubject(std::string_view subject) {
  return !subject.empty() && subject.size() <= kPractitionerBytesMax &&
         std::all_of(subject.begin(), subject.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

absl::Status TokenRefused(std::string_view got, std::string_view want) {
  return absl::UnauthenticatedError(StrCat("practitioner: got ", got, ", want ", want));
}

absl::StatusOr<SignedToken> ParseSignedToken(std::string_view compact) {
  if (compact.size() > kAccessTokenBytesMax) {
    return TokenRefused(StrCat("a token of ", compact.size(), " bytes"),
                        StrCat("at most ", kAccessTokenBytesMax));
  }
  const size_t first = compact.find('.');
  const size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
    return TokenRefused("a token of other than three parts", "a signed one (RFC 7515 section 7.1)");
  }
  const std::optional<std::string> header = DecodeBase64Url(compact.substr(0, first));
  std::optional<std::string> claims =
      DecodeBase64Url(compact.substr(first + 1, second - first - 1));
  std::optional<std::string> signature = DecodeBase64Url(compact.substr(second + 1));
  if (!header.has_value() || !claims.has_value() || !signature.has_value()) {
    return TokenRefused("a token in another alphabet or spelling", "base64url without padding");
  }
  const std::optional<json> fields = ParseStrictJson(*header);
  if (!fields.has_value()) return TokenRefused("a token whose header is no object", "one");
  if (TextMember(*fields, "alg") != "ES256") {
    return TokenRefused("a token signed in another way", "ES256");
  }
  const std::string type = TextMember(*fields, "typ").value_or("");
  if (!absl::EqualsIgnoreCase(type, "at+jwt") &&
      !absl::EqualsIgnoreCase(type, "application/at+jwt")) {
    return TokenRefused("a token of another type", "at+jwt (RFC 9068)");
  }
  if (fields->contains("crit")) {
    return TokenRefused("a token with critical extensions", "none (RFC 7515 section 4.1.11)");
  }
  std::string key_id = TextMember(*fields, "kid").value_or("");
  if (key_id.empty()) return TokenRefused("a token without a key id", "\"kid\"");
  if (signature->size() != crypto::kP256SignatureBytes) {
    return TokenRefused("a signature of another size",
                        StrCat(crypto::kP256SignatureBytes, " bytes"));
  }
  return SignedToken{std::move(key_id), compact.substr(0, second), *std::move(signature),
                     *std::move(claims)};
}

absl::StatusOr<AccessTokenClaims> ParseAccessTokenClaims(std::string_view text) {
  const std::optional<json> parsed = ParseStrictJson(text);
  if (!parsed.has_value()) return TokenRefused("a token whose claims are no object", "one");
  AccessTokenClaims claims;
  CONCORDAT_ASSIGN_OR_RETURN(claims.issuer, TextClaim(*parsed, "iss"));
  CONCORDAT_ASSIGN_OR_RETURN(claims.audiences, Audiences(*parsed));
  CONCORDAT_ASSIGN_OR_RETURN(claims.subject, TextClaim(*parsed, "sub"));
  if (!IsSubject(claims.subject)) {
    return ClaimRefused(
        "sub", StrCat("1 to ", kPractitionerBytesMax, " of A-Z, a-z, 0-9, '.', '_' and '-'"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(claims.agency, TextClaim(*parsed, "agency"));
  CONCORDAT_ASSIGN_OR_RETURN(claims.issued_at, TimeClaim(*parsed, "iat"));
  CONCORDAT_ASSIGN_OR_RETURN(claims.expires_at, TimeClaim(*parsed, "exp"));
  if (parsed->contains("nbf")) {
    CONCORDAT_ASSIGN_OR_RETURN(claims.not_before, TimeClaim(*parsed, "nbf"));
  }
  if (parsed->contains("auth_time")) {
    CONCORDAT_ASSIGN_OR_RETURN(claims.authenticated_at, TimeClaim(*parsed, "auth_time"));
  }
  if (parsed->contains("acr")) {
    CONCORDAT_ASSIGN_OR_RETURN(claims.authentication_class, TextClaim(*parsed, "acr"));
  }
  return claims;
}

}  // namespace concordat::auth
