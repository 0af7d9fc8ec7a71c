#include "storage/fsck_key_chain.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/fsck_finding.h"
#include "tlog/checkpoint.h"

namespace concordat::storage {
namespace {

bool Same(const crypto::NoteVerifier& a, const crypto::NoteVerifier& b) {
  return a.Encode() == b.Encode();
}

}  // namespace

absl::Status KeyChain::Change(LeafIndex index, const v1::LogEntry::LogKeyChanged& change) {
  const std::string place = StrCat("entry ", index.value);
  if (keys_.empty() || change.old_verifier_key() != keys_.back().Encode()) {
    return Finding(place, "a key change from another key", "one from the key in force");
  }
  absl::StatusOr<crypto::NoteVerifier> next =
      crypto::NoteVerifier::Parse(change.new_verifier_key());
  if (!next.ok() || next->name() != keys_.back().name() || Same(*next, keys_.back())) {
    return Finding(place, "a key change to no other key of this log", "one");
  }
  keys_.push_back(*std::move(next));
  ++changes_;
  changed_at_ = SizeThrough(index);
  return absl::OkStatus();
}

absl::StatusOr<std::string> KeyChain::VerifiedText(std::string_view place, TreeSize size,
                                                   std::string_view note) const {
  std::string text;
  for (size_t i = keys_.size() - SignersWanted(size); i < keys_.size(); ++i) {
    absl::StatusOr<std::string> signed_text = keys_[i].Verify(note);
    if (!signed_text.ok()) {
      return Finding(place,
                     StrCat("a note without its signature (", signed_text.status().message(), ")"),
                     StrCat("it signed by the log's key ", keys_[i].Encode()));
    }
    text = *std::move(signed_text);
  }
  return text;
}

absl::Status KeyChain::CheckText(std::string_view place, TreeSize size, const crypto::Digest& root,
                                 const std::string& text) const {
  const std::string& origin = keys_.back().name();
  if (text == tlog::CheckpointText(origin, size, root)) return absl::OkStatus();
  const absl::StatusOr<tlog::Checkpoint> checkpoint = tlog::ParseCheckpointText(text);
  if (!checkpoint.ok()) return Finding(place, "a text that is no checkpoint", "one");
  if (checkpoint->size != size) {
    return Finding(place, StrCat("the size ", checkpoint->size.value, " signed"), "its own");
  }
  if (checkpoint->root != root) {
    return Finding(place, StrCat("the root ", Base64(checkpoint->root), " signed"),
                   StrCat(Base64(root), ", which the entries give"));
  }
  return Finding(place, "another origin, or more lines, signed", StrCat("the log ", origin));
}

absl::Status KeyChain::CheckCheckpoint(TreeSize size, const crypto::Digest& root,
                                       std::string_view note) {
  const std::string place = StrCat("checkpoint of size ", size.value);
  const absl::StatusOr<crypto::SignedNote> parsed = crypto::ParseSignedNote(note);
  if (!parsed.ok()) return Finding(place, "bytes that are no signed note", "one");
  if (keys_.empty()) {
    const absl::StatusOr<crypto::VerifiedNote> first = crypto::VerifyNote(*parsed, known_);
    if (!first.ok()) {
      return Finding(place, StrCat("no signature by a known key (", first.status().message(), ")"),
                     "the log's first key among those given");
    }
    keys_.push_back(known_[first->signers.front()]);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, VerifiedText(place, size, note));
  CONCORDAT_RETURN_IF_ERROR(CheckText(place, size, root, text));
  if (parsed->signatures.size() == SignersWanted(size)) return absl::OkStatus();
  return Finding(place, StrCat(parsed->signatures.size(), " signature lines"),
                 StrCat(SignersWanted(size)));
}

absl::Status KeyChain::CheckCosigned(TreeSize size, const crypto::Digest& root,
                                     std::string_view note, const tlog::Policy* policy) const {
  const std::string place = StrCat("cosigned checkpoint of size ", size.value);
  CONCORDAT_ASSIGN_OR_RETURN(const std::string text, VerifiedText(place, size, note));
  CONCORDAT_RETURN_IF_ERROR(CheckText(place, size, root, text));
  if (policy == nullptr) return absl::OkStatus();
  const absl::StatusOr<crypto::SignedNote> parsed = crypto::ParseSignedNote(note);
  const absl::Status quorum = parsed.ok() ? policy->CheckQuorum(*parsed) : parsed.status();
  if (quorum.ok()) return absl::OkStatus();
  return Finding(place, StrCat("cosignatures that do not hold (", quorum.message(), ")"),
                 "the quorum's");
}

absl::Status KeyChain::Finish() const {
  for (const crypto::NoteVerifier& key : known_) {
    const bool held = std::any_of(keys_.begin(), keys_.end(),
                                  [&](const crypto::NoteVerifier& own) { return Same(own, key); });
    if (!held) {
      return Finding("log keys", StrCat("a log that never had the key ", key.Encode()),
                     "it among the log's keys");
    }
  }
  return absl::OkStatus();
}

std::vector<crypto::NoteVerifier> KeyChain::Trusted() const {
  std::vector<crypto::NoteVerifier> trusted = known_;
  for (const crypto::NoteVerifier& key : keys_) {
    if (!IsKnown(key)) trusted.push_back(key);
  }
  return trusted;
}

bool KeyChain::IsKnown(const crypto::NoteVerifier& key) const {
  return std::any_of(known_.begin(), known_.end(),
                     [&](const crypto::NoteVerifier& known) { return Same(known, key); });
}

}  // namespace concordat::storage
