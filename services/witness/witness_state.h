// What a witness must never forget: of each log the newest checkpoint that it cosigned. A file a
// log in one directory, which one process has at a time.
#ifndef CONCORDAT_SERVICES_WITNESS_WITNESS_STATE_H_
#define CONCORDAT_SERVICES_WITNESS_WITNESS_STATE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "tlog/checkpoint.h"

namespace concordat::services {

// Not thread-safe.
class WitnessState {
 public:
  // FAILED_PRECONDITION when another process has the directory; the errors of base/files.h;
  // DATA_LOSS, naming the file, for one that is not what Store wrote: a witness that forgot must
  // not go on.
  static absl::StatusOr<std::unique_ptr<WitnessState>> Open(
      const std::string& state_dir, const std::vector<std::string>& origins);
  ~WitnessState();
  WitnessState(const WitnessState&) = delete;
  WitnessState& operator=(const WitnessState&) = delete;

  // Size 0 with the empty tree's root before the first. CHECKs that the origin was given to Open.
  const tlog::Checkpoint& Latest(const std::string& origin) const;

  // On the disk when it returns OK. On an error the latest in memory stays, and what the disk holds
  // is that or `checkpoint`: later than what was ever answered, never earlier.
  absl::Status Store(const tlog::Checkpoint& checkpoint);

 private:
  struct Log {
    std::string path;
    tlog::Checkpoint latest;
  };

  WitnessState(int lock, std::vector<Log> logs);
  const Log* Find(const std::string& origin) const;

  const int lock_;
  std::vector<Log> logs_;
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_WITNESS_WITNESS_STATE_H_
