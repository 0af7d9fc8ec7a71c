#include "auth/practitioners.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"

namespace concordat::auth {
namespace {

constexpr size_t kVerifiedTokensMax = 4096;
constexpr size_t kConfiguredTextBytesMax = 256;
constexpr uint32_t kFreshSecondsMax = 3600;
constexpr absl::Duration kFileFetchEvery = absl::Seconds(10);  // Looked at as other files are.
constexpr absl::Duration kLookEvery = absl::Seconds(1);

absl::Status CheckText(const std::string& field, const std::string& text) {
  if (!text.empty() && text.size() <= kConfiguredTextBytesMax) return absl::OkStatus();
  return FieldError(field, StrCat(text.size(), " bytes"), StrCat("1 to ", kConfiguredTextBytesMax));
}

absl::Status CheckIssuer(const v1::PractitionerIssuer& issuer, const std::string& path) {
  CONCORDAT_RETURN_IF_ERROR(CheckText(StrCat(path, ".issuer"), issuer.issuer()));
  CONCORDAT_RETURN_IF_ERROR(CheckText(StrCat(path, ".audience"), issuer.audience()));
  if (issuer.strong_acr().empty()) {
    return FieldError(StrCat(path, ".strong_acr"), "none", "at least one value of \"acr\"");
  }
  for (int i = 0; i < issuer.strong_acr_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckText(StrCat(path, ".strong_acr[", i, "]"), issuer.strong_acr(i)));
  }
  if (issuer.jwks_file().empty() == issuer.jwks_url().empty()) {
    return FieldError(path, issuer.jwks_file().empty() ? "neither" : "both",
                      "one of jwks_file and jwks_url");
  }
  if (!issuer.jwks_url().empty() && !absl::StartsWith(issuer.jwks_url(), "https://")) {
    return FieldError(StrCat(path, ".jwks_url"), issuer.jwks_url(),
                      "one that begins with https://");
  }
  if (issuer.jwks_url().empty() && !issuer.jwks_trusted_roots().empty()) {
    return FieldError(StrCat(path, ".jwks_trusted_roots"), "a file", "none without jwks_url");
  }
  if (issuer.fresh_seconds() <= kFreshSecondsMax) return absl::OkStatus();
  return FieldError(StrCat(path, ".fresh_seconds"), StrCat(issuer.fresh_seconds()),
                    StrCat("at most ", kFreshSecondsMax));
}

template <typename Texts>
bool Contains(const Texts& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

absl::Status CheckTimes(const AccessTokenClaims& claims, absl::Time now) {
  if (now >= claims.expires_at) return TokenRefused("a token that has expired", "one in date");
  const absl::Time latest = now + kTokenClockSkew;
  if (claims.issued_at > latest || claims.not_before > latest) {
    return TokenRefused("a token of the future", "one in date");
  }
  if (claims.authenticated_at > latest) {
    return TokenRefused("an authentication of the future", "one that was");
  }
  if (claims.expires_at - claims.issued_at <= kTokenLifetimeMax) return absl::OkStatus();
  return TokenRefused("a token that holds too long",
                      StrCat("at most ", absl::ToInt64Seconds(kTokenLifetimeMax), " seconds"));
}

}  // namespace

absl::Status Practitioners::CheckConfig(const v1::ServerConfig& config) {
  std::set<std::string> seen;
  for (int i = 0; i < config.practitioner_issuers_size(); ++i) {
    const std::string path = StrCat("practitioner_issuers[", i, "]");
    const v1::PractitionerIssuer& issuer = config.practitioner_issuers(i);
    CONCORDAT_RETURN_IF_ERROR(CheckIssuer(issuer, path));
    if (!seen.insert(issuer.issuer()).second) {
      return FieldError(StrCat(path, ".issuer"), issuer.issuer(), "each issuer once");
    }
  }
  return absl::OkStatus();
}

Practitioners::Practitioners(Options options) : clock_(options.clock) {
  for (Issuer& issuer : options.issuers) {
    Known known;
    IssuerKeys::Options keys;
    keys.issuer = issuer.config.issuer();
    keys.fetch = std::move(issuer.fetch);
    if (!issuer.config.jwks_file().empty()) keys.every = kFileFetchEvery;
    keys.clock = clock_;
    keys.say = options.say;
    known.keys = std::make_unique<IssuerKeys>(std::move(keys));
    known.fresh = issuer.config.fresh_seconds() == 0 ? kAuthenticationFresh
                                                     : absl::Seconds(issuer.config.fresh_seconds());
    known.config = std::move(issuer.config);
    const std::string name = known.config.issuer();
    issuers_.emplace(name, std::move(known));
  }
}

std::unique_ptr<Practitioners> Practitioners::Create(Options options) {
  std::unique_ptr<Practitioners> practitioners(new Practitioners(std::move(options)));
  practitioners->Look();
  return practitioners;
}

Practitioners::~Practitioners() {
  {
    absl::MutexLock lock(&stop_mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Practitioners::Look() {
  for (const auto& [name, known] : issuers_) known.keys->Look();
}

void Practitioners::Start() {
  if (!issuers_.empty()) thread_ = std::thread([this] { Run(); });
}

void Practitioners::Run() {
  absl::MutexLock lock(&stop_mutex_);
  while (!stop_mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kLookEvery)) {
    stop_mutex_.Unlock();
    Look();
    stop_mutex_.Lock();
  }
}

absl::StatusOr<AccessTokenClaims> Practitioners::CheckSignature(std::string_view token,
                                                                std::string digest) {
  CONCORDAT_ASSIGN_OR_RETURN(const SignedToken signed_token, ParseSignedToken(token));
  CONCORDAT_ASSIGN_OR_RETURN(AccessTokenClaims claims, ParseAccessTokenClaims(signed_token.claims));
  // The issuer is only a name until its key has verified.
  const auto issuer = issuers_.find(claims.issuer);
  if (issuer == issuers_.end()) {
    return TokenRefused("a token of an issuer that is not configured", "one that is");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::P256VerifyingKey key,
                             issuer->second.keys->Find(signed_token.key_id));
  if (!key.Verify(signed_token.signing_input, signed_token.signature)) {
    return TokenRefused("a signature that does not hold", "the issuer's");
  }
  absl::MutexLock lock(&mutex_);
  if (verified_.size() >= kVerifiedTokensMax) verified_.clear();
  verified_.insert_or_assign(std::move(digest), Verified{signed_token.key_id, key, claims});
  return claims;
}

absl::StatusOr<AccessTokenClaims> Practitioners::Verify(std::string_view token) {
  const crypto::Digest hash = crypto::Sha256(token);
  const std::string digest(crypto::AsBytes(hash));
  std::optional<Verified> known;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = verified_.find(digest);
    if (found != verified_.end()) known = found->second;
  }
  if (!known.has_value()) return CheckSignature(token, digest);
  // A key that its issuer took back verifies nothing any more.
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::P256VerifyingKey key,
                             issuers_.find(known->claims.issuer)->second.keys->Find(known->key_id));
  if (!(key == known->key)) return CheckSignature(token, digest);
  return std::move(known->claims);
}

absl::StatusOr<Practitioner> Practitioners::Check(std::string_view token,
                                                  const v1::Agency& agency) {
  const absl::Time now = clock_->Now();
  CONCORDAT_ASSIGN_OR_RETURN(const AccessTokenClaims claims, Verify(token));
  const Known& issuer = issuers_.find(claims.issuer)->second;
  if (!Contains(claims.audiences, issuer.config.audience())) {
    return TokenRefused("a token for another audience", "one for this exchange");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckTimes(claims, now));
  if (claims.agency != agency.id() || claims.issuer != agency.practitioner_issuer()) {
    return TokenRefused(
        "a token of another agency's practitioner",
        "one of the agency that calls, by the issuer that the directory names for it");
  }
  Practitioner practitioner;
  practitioner.issuer = claims.issuer;
  practitioner.subject = claims.subject;
  practitioner.authenticated_at = claims.authenticated_at;
  practitioner.strong = Contains(issuer.config.strong_acr(), claims.authentication_class);
  practitioner.fresh = practitioner.strong && now < claims.authenticated_at + issuer.fresh;
  return practitioner;
}

Practitioners::StepUp Practitioners::StepUpFor(const v1::Agency& agency) const {
  const auto issuer = issuers_.find(agency.practitioner_issuer());
  if (issuer == issuers_.end()) return {};
  return {absl::StrJoin(issuer->second.config.strong_acr(), " "),
          absl::ToInt64Seconds(issuer->second.fresh)};
}

}  // namespace concordat::auth
