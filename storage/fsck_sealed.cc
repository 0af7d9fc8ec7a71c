#include "storage/fsck_sealed.h"

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/sha256.h"
#include "storage/fsck_finding.h"
#include "storage/key_schema.h"
#include "storage/sealed_parts.h"

namespace concordat::storage {
namespace {

absl::Status NoSuchPart(std::string_view key) {
  return Finding("sealed", StrCat("a record under ", Hex(key)), "none: no entry has such a part");
}

std::string NameOfKey(std::string_view subject) {
  return StrCat("key of subject ", absl::CHexEscape(ToAbsl(subject)));
}

}  // namespace

absl::Status SealedCheck::LoadKeys() {
  CONCORDAT_RETURN_IF_ERROR(
      reader_.Scan(Family::kKeys, "", "", [&](std::string_view key, std::string_view value) {
        keys_.emplace_hint(keys_.end(), std::string(key), Key{std::string(value)});
        return true;
      }));
  if (vault_ == nullptr) return absl::OkStatus();
  for (const auto& [subject, key] : keys_) {
    const absl::Status unwraps = vault_->CheckKey(*this, subject);
    if (!unwraps.ok()) {
      return absl::DataLossError(StrCat(NameOfKey(subject), ": ", unwraps.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status SealedCheck::Add(const v1::LogEntry& entry) {
  const LeafIndex index{entry.index()};
  CONCORDAT_RETURN_IF_ERROR(TakeRows(index));
  const v1::LogEntry::Collected& collected = entry.collected();
  const std::vector<const v1::SealedPart*> parts = SealedPartsOf(entry);
  const auto number = static_cast<uint32_t>(parts.size());
  for (uint32_t i = 0; i < number; ++i) {
    const bool opened_by_fold =
        entry.has_collected() && i >= static_cast<uint32_t>(collected.parts_size());
    CONCORDAT_RETURN_IF_ERROR(CheckPart(index, i, *parts[i], vault_ != nullptr && !opened_by_fold));
  }
  for (const Row& row : rows_) {
    if (row.key >= SealedKey(index, number)) return NoSuchPart(row.key);
  }
  for (const v1::CaseChange& change : collected.case_changes()) {
    NameSubject(change.case_id());
    for (const auto& person : change.persons_joined()) NameSubject(person.subject_id());
  }
  const auto& erased = entry.erased().subject_ids();
  erased_.insert(erased.begin(), erased.end());
  return absl::OkStatus();
}

absl::Status SealedCheck::TakeRows(LeafIndex index) {
  rows_.clear();
  const std::string prefix = LogKey(index);
  for (;;) {
    CONCORDAT_ASSIGN_OR_RETURN(const Row* row, sealed_.Peek());
    if (row == nullptr || row->key >= LogKey(LeafIndex{index.value + 1})) return absl::OkStatus();
    const bool whole = row->key.size() == SealedKey(index, 0).size();
    if (!whole || row->key < prefix) return NoSuchPart(row->key);
    rows_.push_back(sealed_.Take());
  }
}

absl::Status SealedCheck::CheckPart(LeafIndex index, uint32_t number, const v1::SealedPart& part,
                                    bool open) {
  const std::string place = StrCat("sealed part ", number, " of entry ", index.value);
  const bool has_key = NameSubject(part.subject_id());
  const Row* const row = Find(SealedKey(index, number));
  if (row == nullptr || !has_key) {
    const std::string_view lacks = row == nullptr ? "ciphertext" : "key of its subject";
    missing_.emplace(part.subject_id(), StrCat(place, ": got no ", lacks));
  }
  if (row == nullptr) return absl::OkStatus();
  ++parts_;
  if (row->value.size() != part.size_bytes()) {
    return Finding(place, StrCat(row->value.size(), " bytes"), StrCat(part.size_bytes()));
  }
  // Opening compares the digest itself.
  if (open && has_key) return vault_->Open(*this, part, index, number).status();
  const crypto::Digest digest = crypto::Sha256(row->value);
  if (crypto::AsBytes(digest) == part.ciphertext_sha256()) return absl::OkStatus();
  return Finding(place, "another ciphertext", "the one that the entry commits to");
}

absl::Status SealedCheck::Finish() {
  CONCORDAT_ASSIGN_OR_RETURN(const Row* row, sealed_.Peek());
  if (row != nullptr) return NoSuchPart(row->key);
  for (const auto& [subject, key] : keys_) {
    if (erased_.count(subject) > 0) {
      return Finding(NameOfKey(subject), "one", "none: an entry erased it");
    }
  }
  for (const auto& [subject, lacks] : missing_) {
    if (erased_.count(subject) == 0) {
      return absl::DataLossError(StrCat(lacks, ", want it: no entry erased the subject"));
    }
  }
  for (const auto& [subject, key] : keys_) {
    if (!key.named) return Finding(NameOfKey(subject), "one", "none: no entry names the subject");
  }
  return absl::OkStatus();
}

bool SealedCheck::NameSubject(const std::string& subject) {
  const auto key = keys_.find(subject);
  if (key == keys_.end()) return false;
  key->second.named = true;
  return true;
}

const Row* SealedCheck::Find(std::string_view key) const {
  for (const Row& row : rows_) {
    if (row.key == key) return &row;
  }
  return nullptr;
}

absl::StatusOr<std::string> SealedCheck::Get(Family family, std::string_view key) const {
  if (family == Family::kSealed) {
    const Row* const row = Find(key);
    if (row != nullptr) return row->value;
  } else if (family == Family::kKeys) {
    const auto found = keys_.find(key);
    if (found != keys_.end()) return found->second.wrapped;
  } else if (family == Family::kLog) {
    return reader_.Get(family, key);
  }
  return absl::NotFoundError("fsck: got no such key in the present entry");
}

absl::Status SealedCheck::Scan(Family family, std::string_view begin, std::string_view end,
                               Visit visit) const {
  return reader_.Scan(family, begin, end, visit);
}

}  // namespace concordat::storage
