#include "storage/fsck.h"

#include <map>
#include <string_view>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "storage/family_cursor.h"
#include "storage/fsck_checkpoints.h"
#include "storage/fsck_finding.h"
#include "storage/fsck_key_chain.h"
#include "storage/fsck_sealed.h"
#include "storage/fsck_tree.h"
#include "storage/key_schema.h"
#include "storage/refold.h"

namespace concordat::storage {
namespace {

constexpr uint64_t kProgressEntries = 100'000;

class Walk {
 public:
  Walk(const Reader& reader, const FsckOptions& options)
      : reader_(reader),
        options_(options),
        keys_(options.log_keys),
        tree_(reader, keys_),
        checkpoints_(reader, keys_, tree_, options.policy),
        sealed_(reader, options.vault),
        refold_(options.vault, &sealed_) {}

  absl::StatusOr<FsckReport> Run() {
    CONCORDAT_RETURN_IF_ERROR(CheckMeta());
    CONCORDAT_RETURN_IF_ERROR(sealed_.LoadKeys());
    CONCORDAT_RETURN_IF_ERROR(checkpoints_.AtSize());
    CONCORDAT_RETURN_IF_ERROR(WalkEntries());
    CONCORDAT_RETURN_IF_ERROR(checkpoints_.Finish());
    CONCORDAT_RETURN_IF_ERROR(tree_.Finish());
    CONCORDAT_RETURN_IF_ERROR(CheckMetaKey());
    CONCORDAT_RETURN_IF_ERROR(sealed_.Finish());
    if (options_.compare_projections) {
      CONCORDAT_ASSIGN_OR_RETURN(report_.projection_records, refold_.Compare(reader_));
    }
    return Report();
  }

 private:
  // What can be told before the keys are known.
  absl::Status CheckMeta() {
    CONCORDAT_RETURN_IF_ERROR(
        reader_.Scan(Family::kMeta, "", "", [&](std::string_view name, std::string_view value) {
          meta_.emplace(name, value);
          return true;
        }));
    if (options_.compare_projections && meta_.count(std::string(kMetaRebuilding)) > 0) {
      return Finding("meta", "a rebuild of the projections that did not end", "it run again");
    }
    meta_.erase(std::string(kMetaRebuilding));
    CONCORDAT_RETURN_IF_ERROR(CheckMetaRow(kMetaFormat, kFormatVersion));
    CONCORDAT_RETURN_IF_ERROR(CheckMetaRow(kMetaOrigin, options_.log_keys.front().name()));
    CONCORDAT_RETURN_IF_ERROR(CheckMetaReadings());
    for (const auto& [name, value] : meta_) {
      if (name == kMetaFormat || name == kMetaOrigin || name == kMetaVerifierKey) continue;
      if (name == kMetaReadings) continue;
      return Finding("meta", StrCat("a record under ", Hex(name)), "none of that name");
    }
    return absl::OkStatus();
  }

  // A log that no build with readings has opened for writing yet has neither the row nor a reading.
  absl::Status CheckMetaReadings() const {
    bool any = meta_.count(std::string(kMetaReadings)) > 0;
    CONCORDAT_RETURN_IF_ERROR(reader_.Scan(Family::kReadings, "", "", [&](auto, auto) {
      any = true;
      return false;
    }));
    return any ? CheckMetaRow(kMetaReadings, "1") : absl::OkStatus();
  }

  absl::Status CheckMetaKey() const {
    return CheckMetaRow(kMetaVerifierKey, keys_.keys().back().Encode());
  }

  absl::Status CheckMetaRow(std::string_view name, std::string_view want) const {
    const auto row = meta_.find(std::string(name));
    if (row != meta_.end() && row->second == want) return absl::OkStatus();
    return Finding(StrCat("meta ", name),
                   row == meta_.end() ? "none" : absl::CHexEscape(row->second), want);
  }

  absl::Status WalkEntries() {
    FamilyCursor log(reader_, Family::kLog);
    for (;;) {
      CONCORDAT_ASSIGN_OR_RETURN(const Row* row, log.Peek());
      if (row == nullptr) return absl::OkStatus();
      const LeafIndex index{tree_.size().value};
      if (row->key != LogKey(index)) return OutOfTurn(index, row->key);
      CONCORDAT_RETURN_IF_ERROR(AddEntry(index, row->value));
      log.Next();
      const uint64_t entries = tree_.size().value;
      if (options_.progress && entries % kProgressEntries == 0) options_.progress(entries);
    }
  }

  static absl::Status OutOfTurn(LeafIndex index, std::string_view key) {
    if (key < LogKey(index) || !DecodeUint64(key).ok()) {
      return Finding("log", StrCat("a record under ", Hex(key)), "none: it is no index in turn");
    }
    return Finding(StrCat("entry ", index.value), "none", "it stored: later ones are");
  }

  absl::Status AddEntry(LeafIndex index, std::string_view stored) {
    // Before the entry is made sense of: damage in it is told by its hash.
    CONCORDAT_RETURN_IF_ERROR(tree_.Add(stored));
    const std::string place = StrCat("entry ", index.value);
    if (!entry_.ParseFromArray(stored.data(), static_cast<int>(stored.size()))) {
      return Finding(place, "bytes that do not parse", "a LogEntry");
    }
    if (entry_.index() != index.value) {
      return Finding(place, StrCat("the index ", entry_.index()), "its own");
    }
    CONCORDAT_RETURN_IF_ERROR(CheckDetail(index, place));
    CONCORDAT_RETURN_IF_ERROR(checkpoints_.CheckBatch(entry_));
    CONCORDAT_RETURN_IF_ERROR(checkpoints_.AtSize());
    CONCORDAT_RETURN_IF_ERROR(sealed_.Add(entry_));
    return refold_.Add(entry_);
  }

  absl::Status CheckDetail(LeafIndex index, const std::string& place) {
    if (entry_.has_log_key_changed()) return keys_.Change(index, entry_.log_key_changed());
    const std::string& policy = entry_.policy_changed().policy();
    if (policy.empty()) return absl::OkStatus();
    const crypto::Digest digest = crypto::Sha256(policy);
    if (crypto::AsBytes(digest) == entry_.policy_digest()) return absl::OkStatus();
    return Finding(place, "a policy of another digest", "the one that it names");
  }

  FsckReport Report() {
    report_.origin = keys_.keys().back().name();
    report_.entries = tree_.size().value;
    report_.tiles = tree_.tiles();
    report_.checkpoints = checkpoints_.checkpoints();
    report_.cosigned = checkpoints_.cosigned();
    report_.sealed_parts = sealed_.parts();
    report_.keys = sealed_.keys();
    for (const crypto::NoteVerifier& key : keys_.keys()) {
      if (!keys_.IsKnown(key)) report_.followed_keys.push_back(key.Encode());
    }
    if (options_.vault == nullptr) {
      report_.not_checked.push_back(
          "without the key-encryption key: that keys unwrap and sealed parts open, person_index, "
          "identifiers in cases");
    }
    if (options_.policy == nullptr && report_.cosigned > 0) {
      report_.not_checked.push_back("without a policy: the witnesses' cosignatures");
    }
    return report_;
  }

  const Reader& reader_;
  const FsckOptions& options_;
  std::map<std::string, std::string> meta_;
  KeyChain keys_;
  TreeCheck tree_;
  CheckpointCheck checkpoints_;
  SealedCheck sealed_;
  Refold refold_;
  v1::LogEntry entry_;
  FsckReport report_;
};

}  // namespace

absl::StatusOr<FsckReport> Fsck(const Reader& reader, const FsckOptions& options) {
  if (options.log_keys.empty()) {
    return absl::InvalidArgumentError("log keys: got none, want the log's first key");
  }
  return Walk(reader, options).Run();
}

}  // namespace concordat::storage
