#include "auth/issuer_keys.h"

#include <utility>

#include "auth/access_token.h"
#include "base/str_cat.h"

namespace concordat::auth {

IssuerKeys::IssuerKeys(Options options) : options_(std::move(options)) {}

bool IssuerKeys::IsDue(absl::Time now) const {
  if (now < tried_at_ + kIssuerFetchPause) return false;
  return wanted_ || keys_ == nullptr || now >= fetched_at_ + options_.every;
}

void IssuerKeys::SayOnce(const std::string& line) {
  if (line == said_) return;
  said_ = line;
  if (!line.empty()) options_.say(line);
}

void IssuerKeys::Look() {
  absl::MutexLock one(&fetching_);
  const absl::Time now = options_.clock->Now();
  {
    absl::MutexLock lock(&mutex_);
    if (!IsDue(now)) return;
    tried_at_ = now;
    wanted_ = false;
  }
  const absl::StatusOr<std::string> text = options_.fetch();
  absl::StatusOr<JsonWebKeys> keys =
      text.ok() ? JsonWebKeys::Parse(*text) : absl::StatusOr<JsonWebKeys>(text.status());
  if (!keys.ok()) {
    SayOnce(StrCat("keys of ", options_.issuer, ": ", ToStd(keys.status().message()),
                   "; those from before stay"));
    return;
  }
  {
    absl::MutexLock lock(&mutex_);
    keys_ = std::make_shared<const JsonWebKeys>(*std::move(keys));
    fetched_at_ = now;
  }
  if (!said_.empty()) options_.say(StrCat("keys of ", options_.issuer, ": fetched again"));
  SayOnce("");
}

absl::StatusOr<crypto::P256VerifyingKey> IssuerKeys::Find(std::string_view key_id) {
  const absl::Time now = options_.clock->Now();
  absl::MutexLock lock(&mutex_);
  if (keys_ == nullptr || now >= fetched_at_ + kIssuerKeysHold) {
    return absl::UnavailableError(
        "practitioner: got no keys of the token's issuer yet or any more, want another call later");
  }
  const crypto::P256VerifyingKey* key = keys_->Find(key_id);
  if (key != nullptr) return *key;
  wanted_ = true;
  if (!IsDue(now)) {
    return TokenRefused("a token signed with a key that its issuer does not publish",
                        "one that it does");
  }
  return absl::UnavailableError(
      "practitioner: got a token signed with a new key, want the same call again in a moment");
}

}  // namespace concordat::auth
