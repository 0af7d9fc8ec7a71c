// One issuer's keys as they are published now. Fetched again by itself and when a token names a key
// that isn't known, but seldom: whoever makes up key ids makes nobody fetch for them.
#ifndef CONCORDAT_AUTH_ISSUER_KEYS_H_
#define CONCORDAT_AUTH_ISSUER_KEYS_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "auth/json_web_keys.h"
#include "base/clock.h"

namespace concordat::auth {

// How seldom a fetch follows another, whoever asks; and for how long keys hold that could not be
// fetched again: an issuer that is down stops nobody for a day, one that was taken away does in the
// end.
inline constexpr absl::Duration kIssuerFetchPause = absl::Seconds(30);
inline constexpr absl::Duration kIssuerKeysHold = absl::Hours(24);

// Thread-safe.
class IssuerKeys {
 public:
  using Fetch = std::function<absl::StatusOr<std::string>()>;  // The set's text. May block.
  using Say = std::function<void(const std::string&)>;         // One line.

  struct Options {
    std::string issuer;
    Fetch fetch;
    absl::Duration every = absl::Minutes(15);
    const Clock* clock;  // Outlives it.
    Say say;
  };

  explicit IssuerKeys(Options options);

  // Fetches if it is time to, by one caller at a time. What can't be fetched, or is no set of keys
  // (json_web_keys.h), changes nothing, and is said: once, until it is another fault.
  void Look();

  // Does not block. The key with that id. UNAUTHENTICATED for an id that is not in the set.
  // UNAVAILABLE where the set was never fetched, is older than kIssuerKeysHold, or will be fetched
  // for this id: the same call again, a little later, is answered.
  absl::StatusOr<crypto::P256VerifyingKey> Find(std::string_view key_id);

 private:
  bool IsDue(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SayOnce(const std::string& line);

  const Options options_;
  absl::Mutex fetching_;  // Before mutex_.
  std::string said_ ABSL_GUARDED_BY(fetching_);
  absl::Mutex mutex_;
  std::shared_ptr<const JsonWebKeys> keys_ ABSL_GUARDED_BY(mutex_);  // Null before the first.
  absl::Time fetched_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time tried_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;  // Somebody named a key that is not there.
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_ISSUER_KEYS_H_
