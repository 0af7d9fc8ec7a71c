#include "services/ledger/cosigner.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/notification.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "tlog/checkpoint.h"
#include "tlog/witness_request.h"

namespace concordat::services {
namespace {

constexpr int kOk = 200;
constexpr int kConflict = 409;
constexpr std::string_view kSizeType = "text/x.tlog.size";

// The size in a 409's body; nullopt for anything else.
std::optional<TreeSize> SizeTold(const HttpReply& reply) {
  uint64_t size = 0;
  if (reply.status != kConflict || reply.content_type != kSizeType || reply.body.empty() ||
      reply.body.back() != '\n' ||
      !absl::SimpleAtoi(reply.body.substr(0, reply.body.size() - 1), &size)) {
    return std::nullopt;
  }
  return TreeSize{size};
}

}  // namespace

Cosigner::Cosigner(storage::AuditLog* log, tlog::Policy policy, Post post, absl::Duration every)
    : log_(log), policy_(std::move(policy)), post_(std::move(post)), every_(every) {
  thread_ = std::thread([this] { Run(); });
}

Cosigner::~Cosigner() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
}

void Cosigner::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&closing_), every_)) return;
    }
    // What is missing shows: the published checkpoint falls behind the log's own.
    Round().IgnoreError();
  }
}

absl::StatusOr<HttpReply> Cosigner::PostFrom(const tlog::Policy::Witness& witness,
                                             TreeSize old_size,
                                             const storage::AuditLog::Committed& head) {
  tlog::WitnessRequest request;
  request.old_size = old_size;
  CONCORDAT_ASSIGN_OR_RETURN(request.proof, log_->ConsistencyProof(old_size, head.tree_size));
  request.checkpoint_note = head.checkpoint;
  CONCORDAT_ASSIGN_OR_RETURN(const std::string body, tlog::FormatWitnessRequest(request));
  return post_(StrCat(witness.url, "/add-checkpoint"), body);
}

absl::StatusOr<crypto::NoteSignature> Cosigner::Ask(const tlog::Policy::Witness& witness,
                                                    const storage::AuditLog::Committed& head) {
  TreeSize& known = known_.emplace(witness.name, TreeSize{0}).first->second;
  CONCORDAT_ASSIGN_OR_RETURN(HttpReply reply, PostFrom(witness, known, head));
  const std::optional<TreeSize> told = SizeTold(reply);
  if (told.has_value() && *told != known && *told <= head.tree_size) {
    known = *told;
    CONCORDAT_ASSIGN_OR_RETURN(reply, PostFrom(witness, known, head));
  }
  if (reply.status != kOk) {
    return absl::FailedPreconditionError(StrCat("answered ", reply.status));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<crypto::NoteSignature> lines,
                             crypto::ParseSignatureLines(reply.body));
  for (const crypto::NoteSignature& line : lines) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string cosigned,
                               crypto::AddSignatures(head.checkpoint, {line}));
    CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote note, crypto::ParseSignedNote(cosigned));
    const absl::Status verified = witness.key.Verify(note).status();
    if (absl::IsNotFound(verified)) continue;
    CONCORDAT_RETURN_IF_ERROR(verified);
    known = head.tree_size;
    return line;
  }
  return absl::NotFoundError("answered without a cosignature by its key");
}

absl::Status Cosigner::Round() {
  const storage::AuditLog::Committed head = log_->Head();
  if (any_published_ && head.tree_size == published_) return absl::OkStatus();
  std::vector<crypto::NoteSignature> lines;
  std::vector<std::string> failures;
  for (const tlog::Policy::Witness& witness : policy_.witnesses()) {
    if (witness.url.empty()) continue;
    absl::StatusOr<crypto::NoteSignature> line = Ask(witness, head);
    if (line.ok()) {
      lines.push_back(*std::move(line));
    } else {
      failures.push_back(StrCat(witness.name, ": ", ToStd(line.status().message())));
    }
  }
  std::string note = head.checkpoint;
  if (!lines.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(note, crypto::AddSignatures(head.checkpoint, lines));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const crypto::SignedNote signed_note, crypto::ParseSignedNote(note));
  const absl::Status quorum = policy_.CheckQuorum(signed_note);
  if (!quorum.ok()) {
    return absl::Status(quorum.code(),
                        StrCat(ToStd(quorum.message()), "; ", absl::StrJoin(failures, "; ")));
  }
  return Publish(head.tree_size, note);
}

absl::Status Cosigner::Publish(TreeSize size, const std::string& note) {
  absl::Status written;
  absl::Notification done;
  log_->Submit(
      [&](storage::Transaction& transaction) {
        transaction.Put(storage::Family::kCosigned, storage::CheckpointKey(size), note);
        return absl::OkStatus();
      },
      [&](absl::StatusOr<storage::AuditLog::Committed> committed) {
        written = committed.status();
        done.Notify();
      });
  done.WaitForNotification();
  CONCORDAT_RETURN_IF_ERROR(written);
  published_ = size;
  any_published_ = true;
  return absl::OkStatus();
}

}  // namespace concordat::services
