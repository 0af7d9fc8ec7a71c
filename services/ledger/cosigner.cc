#include "services/ledger/cosigner.h"

#include <algorithm>
#include <optional>
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
constexpr int kDoublingsMax = 6;
static_assert((1 << kDoublingsMax) == kRoundsLeftOutMax + 1);

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
  Shutdown();
  thread_.join();
}

void Cosigner::Shutdown() {
  absl::MutexLock lock(&mutex_);
  closing_ = true;
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
                                                    Asked* asked,
                                                    const storage::AuditLog::Committed& head) {
  CONCORDAT_ASSIGN_OR_RETURN(HttpReply reply, PostFrom(witness, asked->cosigned, head));
  const std::optional<TreeSize> told = SizeTold(reply);
  if (told.has_value() && *told != asked->cosigned && *told <= head.tree_size && !closing()) {
    asked->cosigned = *told;
    CONCORDAT_ASSIGN_OR_RETURN(reply, PostFrom(witness, asked->cosigned, head));
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
    asked->cosigned = head.tree_size;
    return line;
  }
  return absl::NotFoundError("answered without a cosignature by its key");
}

absl::StatusOr<std::vector<crypto::NoteSignature>> Cosigner::AskAll(
    const storage::AuditLog::Committed& head, std::vector<std::string>* failures) {
  std::vector<crypto::NoteSignature> lines;
  for (const tlog::Policy::Witness& witness : policy_.witnesses()) {
    if (witness.url.empty()) continue;
    if (closing()) return absl::CancelledError("cosigning: shut down");
    Asked& asked = asked_[witness.name];
    if (asked.left_out > 0) {
      failures->push_back(
          StrCat(witness.name, ": not asked in this round; before: ", asked.answered));
      continue;
    }
    absl::StatusOr<crypto::NoteSignature> line = Ask(witness, &asked, head);
    if (line.ok()) {
      asked.failures = 0;
      lines.push_back(*std::move(line));
      continue;
    }
    asked.answered = ToStd(line.status().message());
    failures->push_back(StrCat(witness.name, ": ", asked.answered));
    // One more than those to come: the next round begins by taking one off.
    asked.failures = std::min(asked.failures + 1, kDoublingsMax);
    asked.left_out = 1 << asked.failures;
  }
  return lines;
}

absl::Status Cosigner::Round() {
  // Before anything else: a round with nothing to ask is time that has passed, too.
  for (auto& [name, asked] : asked_) asked.left_out = std::max(asked.left_out - 1, 0);
  const storage::AuditLog::Committed head = log_->Head();
  if (any_published_ && head.tree_size == published_) return absl::OkStatus();
  std::vector<std::string> failures;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<crypto::NoteSignature> lines,
                             AskAll(head, &failures));
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
