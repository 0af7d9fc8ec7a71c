#include "tests/log_audit.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/services.grpc.pb.h"
#include "services/common/status_mapping.h"
#include "tests/calls.h"
#include "tlog/merkle.h"
#include "tlog/proof.h"

namespace concordat::tests {
namespace {

constexpr char kAuditor[] = "log-auditor";

absl::StatusOr<std::vector<crypto::Digest>> Digests(
    const google::protobuf::RepeatedPtrField<std::string>& nodes) {
  std::vector<crypto::Digest> digests;
  for (const std::string& node : nodes) {
    CONCORDAT_ASSIGN_OR_RETURN(digests.emplace_back(), crypto::DigestFromBytes(node));
  }
  return digests;
}

}  // namespace

absl::StatusOr<tlog::Checkpoint> OpenCheckpoint(const crypto::NoteVerifier& log,
                                                const std::string& note) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, log.Verify(note));
  return tlog::ParseCheckpointText(text);
}

absl::StatusOr<tlog::Checkpoint> ReadCheckpoint(Cluster& cluster) {
  const auto stub = cluster.Stub<v1::Ledger>(kAuditor);
  Context context;
  v1::GetCheckpointRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  v1::GetCheckpointResponse response;
  CONCORDAT_RETURN_IF_ERROR(
      services::FromGrpcStatus(stub->GetCheckpoint(&context, request, &response)));
  return OpenCheckpoint(cluster.log_verifier(), response.checkpoint());
}

absl::StatusOr<std::vector<std::string>> ReadEntries(Cluster& cluster, uint64_t first,
                                                     uint64_t end) {
  const auto stub = cluster.Stub<v1::Ledger>(kAuditor);
  Context context;
  v1::GetEntriesRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  request.set_first_index(first);
  request.set_end_index(end);
  const auto reader = stub->GetEntries(&context, request);
  std::vector<std::string> entries;
  v1::GetEntriesResponse response;
  while (reader->Read(&response)) {
    if (response.first_index() != first + entries.size()) {
      return absl::DataLossError(StrCat("entries: got first_index ", response.first_index(),
                                        ", want ", first + entries.size()));
    }
    for (std::string& entry : *response.mutable_entries()) entries.push_back(std::move(entry));
  }
  CONCORDAT_RETURN_IF_ERROR(services::FromGrpcStatus(reader->Finish()));
  return entries;
}

absl::StatusOr<v1::LogEntry> ReadEntry(Cluster& cluster, uint64_t index) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> entries,
                             ReadEntries(cluster, index, index + 1));
  v1::LogEntry entry;
  if (entries.size() == 1 && entry.ParseFromString(entries[0]) && entry.index() == index) {
    return entry;
  }
  return absl::DataLossError(StrCat("entry ", index, ": got other bytes, want this entry"));
}

std::vector<v1::LogEntry> ParseEntries(const std::vector<std::string>& entries) {
  std::vector<v1::LogEntry> parsed(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!parsed[i].ParseFromString(entries[i])) parsed[i].set_index(~uint64_t{0});
  }
  return parsed;
}

std::vector<crypto::Digest> RootsOf(const std::vector<std::string>& entries) {
  tlog::CompactRange range;
  std::vector<crypto::Digest> roots = {range.Root()};
  for (const std::string& entry : entries) {
    range.Append(tlog::LeafHash(entry));
    roots.push_back(range.Root());
  }
  return roots;
}

absl::StatusOr<tlog::Checkpoint> VerifyReceipt(const crypto::NoteVerifier& log,
                                               const v1::Receipt& receipt) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::TlogProof proof, tlog::ParseProof(receipt.tlog_proof()));
  if (proof.index.value != receipt.leaf_index()) {
    return absl::DataLossError("receipt: got the proof of another index");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::Digest leaf,
                             crypto::DigestFromBytes(receipt.leaf_hash()));
  return tlog::VerifyProof(proof, leaf, {log});
}

absl::Status VerifyReceiptAgainst(const std::vector<std::string>& entries,
                                  const std::vector<crypto::Digest>& roots,
                                  const crypto::NoteVerifier& log, const v1::Receipt& receipt) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, VerifyReceipt(log, receipt));
  if (checkpoint.size.value >= roots.size()) {
    return absl::DataLossError(StrCat("receipt: got a tree of ", checkpoint.size.value,
                                      " entries, want at most ", entries.size()));
  }
  if (roots[checkpoint.size.value] != checkpoint.root) {
    return absl::DataLossError("receipt: got a root that these entries do not have");
  }
  const crypto::Digest leaf = tlog::LeafHash(entries[receipt.leaf_index()]);
  if (receipt.leaf_hash() == crypto::AsBytes(leaf)) return absl::OkStatus();
  return absl::DataLossError("receipt: got the hash of another entry");
}

absl::Status VerifyConsistent(Cluster& cluster, const tlog::Checkpoint& old_checkpoint,
                              const tlog::Checkpoint& now) {
  const auto stub = cluster.Stub<v1::Ledger>(kAuditor);
  Context context;
  v1::GetConsistencyProofRequest request;
  request.set_purpose(v1::INTEGRITY_AND_SECURITY);
  request.set_old_size(old_checkpoint.size.value);
  request.set_new_size(now.size.value);
  v1::GetConsistencyProofResponse response;
  CONCORDAT_RETURN_IF_ERROR(
      services::FromGrpcStatus(stub->GetConsistencyProof(&context, request, &response)));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<crypto::Digest> proof, Digests(response.proof()));
  return tlog::VerifyConsistency(old_checkpoint.size, now.size, proof, old_checkpoint.root,
                                 now.root);
}

}  // namespace concordat::tests
