#include "services/concordatd/reloader.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"

namespace concordat::services {

Reloader::Reloader(std::vector<Source> sources, Say say, Sound sound)
    : sources_(std::move(sources)),
      say_(std::move(say)),
      sound_(std::move(sound)),
      refused_(sources_.size(), false) {
  for (const Source& source : sources_) seen_.push_back(ContentsOf(source));
}

Reloader::~Reloader() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

std::string Reloader::ContentsOf(const Source& source) {
  std::string digests;
  for (const std::string& file : source.files) {
    const absl::StatusOr<std::string> contents = ReadFile(file);
    const crypto::Digest digest =
        crypto::Sha256(contents.ok() ? *contents : ToStd(contents.status().message()));
    digests += StrCat(contents.ok() ? "1" : "0", crypto::AsBytes(digest));
  }
  return digests;
}

void Reloader::Look() {
  const bool was_sound = IsSound();
  for (size_t i = 0; i < sources_.size(); ++i) {
    std::string contents = ContentsOf(sources_[i]);
    if (contents == seen_[i]) continue;
    const absl::StatusOr<std::string> taken = sources_[i].take();
    // What was read before they were loaded: files that were replaced meanwhile are seen next time.
    // That the log could not be written is not the files' fault: they are tried again.
    if (taken.ok() || absl::IsInvalidArgument(taken.status()) || absl::IsNotFound(taken.status())) {
      seen_[i] = std::move(contents);
    }
    refused_[i] = !taken.ok();
    say_(taken.ok() ? StrCat("in force now: ", *taken)
                    : StrCat(ToStd(taken.status().message()), "; nothing changes"));
  }
  if (IsSound() != was_sound) sound_(!was_sound);
}

bool Reloader::IsSound() const {
  return std::none_of(refused_.begin(), refused_.end(), [](bool refused) { return refused; });
}

void Reloader::Start(absl::Duration every) {
  thread_ = std::thread([this, every] { Run(every); });
}

void Reloader::Run(absl::Duration every) {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), every)) {
    mutex_.Unlock();
    Look();
    mutex_.Lock();
  }
}

}  // namespace concordat::services
