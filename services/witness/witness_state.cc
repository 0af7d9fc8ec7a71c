#include "services/witness/witness_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/check.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"

namespace concordat::services {
namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;

// Origins may hold what file names may not.
std::string PathOf(const std::string& state_dir, const std::string& origin) {
  const crypto::Digest digest = crypto::Sha256(origin);
  return StrCat(state_dir, "/", absl::BytesToHexString(ToAbsl(crypto::AsBytes(digest))));
}

absl::StatusOr<tlog::Checkpoint> Read(const std::string& path, const std::string& origin) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) {
    return tlog::Checkpoint{origin, TreeSize{0}, tlog::EmptyRoot()};
  }
  CONCORDAT_RETURN_IF_ERROR(text.status());
  absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::ParseCheckpointText(*text);
  if (checkpoint.ok() && checkpoint->origin == origin) return checkpoint;
  return absl::DataLossError(
      StrCat(path, ": got other contents than the checkpoint text of ", origin));
}

}  // namespace

absl::StatusOr<std::unique_ptr<WitnessState>> WitnessState::Open(
    const std::string& state_dir, const std::vector<std::string>& origins) {
  CONCORDAT_RETURN_IF_ERROR(MakeDirectory(state_dir, kDirectoryMode));
  const std::string lock_path = StrCat(state_dir, "/lock");
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (lock < 0) return absl::ErrnoToStatus(errno, lock_path);
  // From here on its destructor closes the lock.
  std::unique_ptr<WitnessState> state(new WitnessState(lock, {}));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        StrCat("witness.state_dir: got ", state_dir, ", which another process has"));
  }
  for (const std::string& origin : origins) {
    std::string path = PathOf(state_dir, origin);
    CONCORDAT_ASSIGN_OR_RETURN(tlog::Checkpoint latest, Read(path, origin));
    state->logs_.push_back({std::move(path), std::move(latest)});
  }
  return state;
}

WitnessState::WitnessState(int lock, std::vector<Log> logs) : lock_(lock), logs_(std::move(logs)) {}

WitnessState::~WitnessState() { close(lock_); }

const WitnessState::Log* WitnessState::Find(const std::string& origin) const {
  const auto log = std::find_if(logs_.begin(), logs_.end(),
                                [&](const Log& each) { return each.latest.origin == origin; });
  CONCORDAT_CHECK(log != logs_.end());
  return &*log;
}

const tlog::Checkpoint& WitnessState::Latest(const std::string& origin) const {
  return Find(origin)->latest;
}

absl::Status WitnessState::Store(const tlog::Checkpoint& checkpoint) {
  Log& log = logs_[static_cast<size_t>(Find(checkpoint.origin) - logs_.data())];
  CONCORDAT_RETURN_IF_ERROR(WriteFileAtomically(
      log.path, tlog::CheckpointText(checkpoint.origin, checkpoint.size, checkpoint.root),
      kFileMode));
  log.latest = checkpoint;
  return absl::OkStatus();
}

}  // namespace concordat::services
