// The auditor's half of the Ledger: enough to verify the log with only its public key.
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "base/field_error.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "services/ledger/ledger.h"

namespace concordat::services {

absl::StatusOr<v1::GetCheckpointResponse> Ledger::GetCheckpoint(const Caller& caller,
                                                                v1::Purpose purpose) const {
  CONCORDAT_RETURN_IF_ERROR(rules_.get().CheckPurpose(caller, purpose));
  v1::GetCheckpointResponse response;
  response.set_checkpoint(log_->Head().checkpoint);
  response.set_verifier_key(verifier_.Encode());
  absl::StatusOr<std::string> published = log_->ReadPublished();
  if (published.ok()) {
    response.set_published(*std::move(published));
  } else if (!absl::IsNotFound(published.status())) {
    return published.status();
  }
  return response;
}

void Ledger::StartCosigning(tlog::Policy policy, const v1::TlsFiles& tls, absl::Duration every) {
  cosigner_ = std::make_unique<Cosigner>(
      log_.get(), std::move(policy),
      [client = HttpsClient({tls})](const std::string& url, const std::string& body) {
        return client.Post(url, body);
      },
      every);
}

void Ledger::RecordLogRead(const Caller& caller, const v1::GetEntriesRequest& request,
                           Done<v1::GetEntriesRequest> done) {
  const Rules& rules = rules_.get();
  const absl::Status allowed = rules.CheckPurpose(caller, request.purpose());
  if (!allowed.ok()) {
    return Refuse(rules, caller, request.purpose(), "", "purpose", allowed, std::move(done));
  }
  const uint64_t size = log_->Head().tree_size.value;
  v1::GetEntriesRequest range = request;
  if (range.end_index() == 0) range.set_end_index(size);
  if (range.end_index() > size || range.first_index() > range.end_index()) {
    return done(FieldError("end_index", StrCat(range.first_index(), " to ", range.end_index()),
                           StrCat("a range within the log's ", size, " entries")));
  }
  v1::LogEntry entry = rules.Begin(caller, request.purpose(), v1::CONSULTATION);
  entry.mutable_log_read()->set_first_index(range.first_index());
  entry.mutable_log_read()->set_end_index(range.end_index());
  Record(std::move(entry), [range, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
    if (!index.ok()) return done(index.status());
    done(range);
  });
}

absl::StatusOr<v1::GetEntriesResponse> Ledger::ReadEntries(uint64_t first, uint64_t end) const {
  v1::GetEntriesResponse response;
  response.set_first_index(first);
  size_t bytes = 0;
  CONCORDAT_RETURN_IF_ERROR(
      log_->ScanEntries(LeafIndex{first}, LeafIndex{end}, [&](LeafIndex, std::string_view entry) {
        if (bytes > 0 && bytes + entry.size() > kLogReadBytesMax) return false;
        bytes += entry.size();
        response.add_entries(std::string(entry));
        return true;
      }));
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> Ledger::GetConsistencyProof(
    const Caller& caller, const v1::GetConsistencyProofRequest& request) const {
  CONCORDAT_RETURN_IF_ERROR(rules_.get().CheckPurpose(caller, request.purpose()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<crypto::Digest> proof,
      log_->ConsistencyProof(TreeSize{request.old_size()}, TreeSize{request.new_size()}));
  v1::GetConsistencyProofResponse response;
  for (const crypto::Digest& node : proof) response.add_proof(std::string(crypto::AsBytes(node)));
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::Digest root, log_->RootAt(TreeSize{request.old_size()}));
  response.set_old_root(std::string(crypto::AsBytes(root)));
  return response;
}

}  // namespace concordat::services
