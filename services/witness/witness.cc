#include "services/witness/witness.h"

#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"
#include "tlog/witness_request.h"

namespace concordat::services {
namespace {

WitnessAnswer Refused(int status, std::string_view why) {
  return {status, "text/plain", StrCat(why, "\n")};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Witness>> Witness::Create(Options options) {
  CONCORDAT_CHECK(options.clock != nullptr);
  std::vector<std::string> origins;
  for (const crypto::NoteVerifier& log : options.logs) origins.push_back(log.name());
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<WitnessState> state,
                             WitnessState::Open(options.state_dir, origins));
  return std::unique_ptr<Witness>(new Witness(std::move(options), std::move(state)));
}

Witness::Witness(Options options, std::unique_ptr<WitnessState> state)
    : signer_(std::move(options.signer)), clock_(options.clock), state_(std::move(state)) {
  for (crypto::NoteVerifier& log : options.logs) {
    std::vector<crypto::NoteVerifier>& keys = keys_[log.name()];
    keys.push_back(std::move(log));
  }
}

WitnessAnswer Witness::AddCheckpoint(std::string_view body) {
  const absl::StatusOr<tlog::WitnessRequest> request = tlog::ParseWitnessRequest(body);
  if (!request.ok()) return Refused(400, ToStd(request.status().message()));
  const absl::StatusOr<crypto::SignedNote> note = crypto::ParseSignedNote(request->checkpoint_note);
  if (!note.ok()) return Refused(400, ToStd(note.status().message()));
  const absl::StatusOr<tlog::Checkpoint> stated = tlog::ParseCheckpointText(note->text);
  if (!stated.ok()) return Refused(400, ToStd(stated.status().message()));
  const auto keys = keys_.find(stated->origin);
  if (keys == keys_.end()) return Refused(404, "origin: got a log that is not known here");
  const absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::OpenCheckpoint(*note, keys->second);
  if (!checkpoint.ok()) return Refused(403, ToStd(checkpoint.status().message()));
  if (request->old_size > checkpoint->size) {
    return Refused(400, "old size: got one above the checkpoint's");
  }
  return Decide(*checkpoint, request->old_size, request->proof, request->checkpoint_note);
}

WitnessAnswer Witness::Decide(const tlog::Checkpoint& checkpoint, TreeSize old_size,
                              const std::vector<crypto::Digest>& proof, const std::string& note) {
  absl::MutexLock lock(&mutex_);
  const tlog::Checkpoint& latest = state_->Latest(checkpoint.origin);
  const WitnessAnswer conflict = {409, std::string(kTreeSizeContentType),
                                  StrCat(latest.size.value, "\n")};
  if (old_size != latest.size) return conflict;
  if (checkpoint.size == latest.size && checkpoint.root != latest.root) return conflict;
  const absl::Status consistent =
      tlog::VerifyConsistency(latest.size, checkpoint.size, proof, latest.root, checkpoint.root);
  if (!consistent.ok()) return Refused(422, ToStd(consistent.message()));
  // Nothing can fail once the state is written but the answer's way back.
  absl::StatusOr<std::string> cosignature = signer_.Sign(note, clock_->Now());
  if (!cosignature.ok()) return Refused(500, "cosignature: could not be made");
  if (checkpoint.size != latest.size && !state_->Store(checkpoint).ok()) {
    return Refused(500, "state: could not be written");
  }
  return {200, "text/plain", *std::move(cosignature)};
}

}  // namespace concordat::services
