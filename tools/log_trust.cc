#include "tools/log_trust.h"

#include "absl/status/status.h"
#include "base/field_error.h"
#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/note_key.h"

namespace concordat::tools {
namespace {

absl::Status Differs(const std::string& source, const absl::Status& status) {
  return absl::DataLossError(StrCat(source, ": ", ToStd(status.message())));
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> LogTrust::Open(const std::string& note,
                                                const std::string& source) const {
  absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::OpenCheckpoint(note, keys_);
  if (!checkpoint.ok()) return Differs(source, checkpoint.status());
  return checkpoint;
}

absl::StatusOr<tlog::Checkpoint> LogTrust::OpenCosigned(const std::string& note,
                                                        const std::string& source) const {
  if (!policy_.has_value()) return Open(note, source);
  absl::StatusOr<tlog::Checkpoint> checkpoint = policy_->Check(note);
  if (!checkpoint.ok()) return Differs(source, checkpoint.status());
  return checkpoint;
}

absl::StatusOr<tlog::Checkpoint> LogTrust::Verify(const tlog::TlogProof& proof,
                                                  const crypto::Digest& leaf_hash) const {
  return policy_.has_value() ? tlog::VerifyProof(proof, leaf_hash, *policy_)
                             : tlog::VerifyProof(proof, leaf_hash, keys_);
}

void TrustFlags::AddTo(FlagTable* table) {
  table->Text("log-key", &log_key, "FILE", "the log's public key; one a line after a rotation")
      .Text("policy", &policy, "FILE", "or a C2SP tlog-policy: logs, witnesses and their quorum");
}

absl::StatusOr<LogTrust> TrustFlags::Load() const {
  if (!Complete()) {
    return FieldError("--log-key", "both or neither of it and --policy", "one of the two");
  }
  if (policy.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(std::vector<crypto::NoteVerifier> keys, ReadVerifierKeys(log_key));
    return LogTrust(std::move(keys));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, ReadFile(policy));
  absl::StatusOr<tlog::Policy> parsed = tlog::Policy::Parse(text);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(StrCat(policy, ": ", ToStd(parsed.status().message())));
  }
  return LogTrust(*std::move(parsed));
}

}  // namespace concordat::tools
