#include "services/concordatd/reloader.h"

#include <utility>

#include "absl/status/status.h"
#include "base/files.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"

namespace concordat::services {

Reloader::Reloader(std::vector<Source> sources, Say say)
    : sources_(std::move(sources)), say_(std::move(say)) {
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
  for (size_t i = 0; i < sources_.size(); ++i) {
    std::string contents = ContentsOf(sources_[i]);
    if (contents == seen_[i]) continue;
    const absl::StatusOr<std::string> taken = sources_[i].take();
    // What was read before they were loaded: files that were replaced meanwhile are seen next time.
    // That the log could not be written is not the files' fault: they are tried again.
    if (taken.ok() || absl::IsInvalidArgument(taken.status()) || absl::IsNotFound(taken.status())) {
      seen_[i] = std::move(contents);
    }
    say_(taken.ok() ? StrCat("in force now: ", *taken)
                    : StrCat(ToStd(taken.status().message()), "; nothing changes"));
  }
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
