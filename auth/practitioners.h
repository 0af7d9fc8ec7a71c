// Which persons are behind calls: access tokens (RFC 9068) of configured issuers, checked.
#ifndef CONCORDAT_AUTH_PRACTITIONERS_H_
#define CONCORDAT_AUTH_PRACTITIONERS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "auth/access_token.h"
#include "auth/issuer_keys.h"
#include "auth/practitioner.h"
#include "base/clock.h"
#include "concordat/v1/config.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

// How far another's clock may be ahead of ours, and how long a token may hold at most.
inline constexpr absl::Duration kTokenClockSkew = absl::Seconds(30);
inline constexpr absl::Duration kTokenLifetimeMax = absl::Hours(2);
inline constexpr absl::Duration kAuthenticationFresh = absl::Minutes(5);

// Thread-safe; does not block but in the destructor.
class Practitioners {
 public:
  struct Issuer {
    v1::PractitionerIssuer config;
    IssuerKeys::Fetch fetch;  // By the config's file or URL.
  };
  struct Options {
    std::vector<Issuer> issuers;
    const Clock* clock;  // Outlives it.
    IssuerKeys::Say say;
  };

  // INVALID_ARGUMENT, naming the field, for: no issuer, audience or strong_acr, one of them over
  // 256 bytes; an issuer that is there twice; not exactly one of jwks_file and jwks_url; a jwks_url
  // that does not begin with https://; jwks_trusted_roots without jwks_url; fresh_seconds over an
  // hour's.
  static absl::Status CheckConfig(const v1::ServerConfig& config);

  // `options` as CheckConfig wants them. Fetches each issuer's keys; that one can't be reached is
  // said and is no reason not to start: alerts must go out all the same.
  static std::unique_ptr<Practitioners> Create(Options options);
  ~Practitioners();

  // From here on fetches keys by itself, on a thread of its own. Once.
  void Start();
  // Fetches what is due now (issuer_keys.h).
  void Look();

  // The person that `token` names, who acts for `agency` now. UNAUTHENTICATED, in texts without
  // anything of the token, unless
  //  - it is as access_token.h wants it, and signed by a key of a configured issuer;
  //  - "aud" names this exchange; "exp" is later than now, "iat" and "nbf" no later than now (but
  //  for
  //    kTokenClockSkew), and "exp" at most kTokenLifetimeMax after "iat";
  //  - "agency" is `agency`, and its issuer the one that the directory names for it.
  // UNAVAILABLE as IssuerKeys::Find. A signature that held is remembered, so that the same token is
  // not computed again; its key and its times are asked for each time.
  absl::StatusOr<Practitioner> Check(std::string_view token, const v1::Agency& agency);

  // What a step-up has to bring for this agency (RFC 9470): the values of "acr" that are strong,
  // and for how many seconds after "auth_time". Nothing, where its issuer is not configured.
  struct StepUp {
    std::string acr_values;  // With a blank between.
    int64_t max_age_seconds = 0;
  };
  StepUp StepUpFor(const v1::Agency& agency) const;

 private:
  struct Known {
    std::unique_ptr<IssuerKeys> keys;
    v1::PractitionerIssuer config;
    absl::Duration fresh;
  };
  struct Verified {
    std::string key_id;
    crypto::P256VerifyingKey key;
    AccessTokenClaims claims;
  };

  explicit Practitioners(Options options);
  absl::StatusOr<AccessTokenClaims> Verify(std::string_view token);
  absl::StatusOr<AccessTokenClaims> CheckSignature(std::string_view token, std::string digest);
  void Run();

  const Clock* const clock_;
  std::map<std::string, Known, std::less<>> issuers_;  // By "iss". Fixed.
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Verified> verified_ ABSL_GUARDED_BY(mutex_);  // By SHA-256.
  absl::Mutex stop_mutex_;
  bool stopping_ ABSL_GUARDED_BY(stop_mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_PRACTITIONERS_H_
