// A witness (c2sp.org/tlog-witness): cosigns a log's checkpoint when it continues the one that it
// cosigned last, and so never two that can't both be true.
#ifndef CONCORDAT_SERVICES_WITNESS_WITNESS_H_
#define CONCORDAT_SERVICES_WITNESS_WITNESS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "crypto/signed_note.h"
#include "services/witness/witness_state.h"
#include "tlog/cosignature.h"

namespace concordat::services {

inline constexpr std::string_view kTreeSizeContentType = "text/x.tlog.size";

// As HTTP carries it.
struct WitnessAnswer {
  int status = 500;
  std::string content_type;
  std::string body;
};

// Thread-safe: one request at a time is decided.
class Witness {
 public:
  struct Options {
    tlog::CosignatureSigner signer;
    std::vector<crypto::NoteVerifier> logs;  // The name of each is its log's origin.
    std::string state_dir;
    const Clock* clock = nullptr;  // Outlives it.
  };

  // The errors of WitnessState::Open.
  static absl::StatusOr<std::unique_ptr<Witness>> Create(Options options);

  // The body of an add-checkpoint request.
  //   200  the cosignature, once its checkpoint is on the disk
  //   400  not the form, or an old size above the checkpoint's
  //   404  a log that it does not know
  //   403  no signature by a key of that log, or a false one
  //   409  another old size than the one cosigned last, which is the body, or the same size with
  //        another root
  //   422  the proof does not lead from the one to the other
  //   500  the state could not be written: nothing was signed
  WitnessAnswer AddCheckpoint(std::string_view body);

 private:
  Witness(Options options, std::unique_ptr<WitnessState> state);
  // Under the lock: what is checked against the latest is what is replaced.
  WitnessAnswer Decide(const tlog::Checkpoint& checkpoint, TreeSize old_size,
                       const std::vector<crypto::Digest>& proof, const std::string& note)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const tlog::CosignatureSigner signer_;
  std::map<std::string, std::vector<crypto::NoteVerifier>> keys_;  // By origin.
  const Clock* const clock_;
  absl::Mutex mutex_;
  const std::unique_ptr<WitnessState> state_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_WITNESS_WITNESS_H_
