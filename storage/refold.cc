#include "storage/refold.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/secret_bytes.h"
#include "storage/family_cursor.h"
#include "storage/fsck_finding.h"
#include "storage/key_schema.h"
#include "storage/projection.h"

namespace concordat::storage {
namespace {

std::unique_ptr<const Vault> VaultWithoutKeys() {
  absl::StatusOr<std::unique_ptr<Vault>> vault = Vault::Create(crypto::SecretBytes::Zeros(32));
  CONCORDAT_CHECK(vault.ok());
  return *std::move(vault);
}

// A stored CaseRecord as it would be if no identifier could be read; the bytes themselves when they
// are none, which then differ.
std::string WithoutIdentifiers(const std::string& stored) {
  v1::CaseRecord record;
  if (!record.ParseFromString(stored)) return stored;
  // Bytes that parse and are not what was written would be lost by writing them again.
  if (record.SerializeAsString() != stored) return stored;
  for (v1::CasePerson& person : *record.mutable_persons()) person.clear_identifiers();
  return record.SerializeAsString();
}

std::string_view NameOf(Family family) { return kFamilyNames[static_cast<size_t>(family)]; }

}  // namespace

Refold::Refold(const Vault* vault, const Reader* stored)
    : no_vault_(vault == nullptr ? VaultWithoutKeys() : nullptr),
      vault_(vault == nullptr ? *no_vault_ : *vault),
      store_(stored) {}

absl::Status Refold::Add(const v1::LogEntry& entry) {
  if (no_vault_ == nullptr || !entry.has_collected()) return Project(vault_, store_, entry);
  v1::LogEntry unidentified = entry;
  unidentified.mutable_collected()->clear_token_parts();
  return Project(vault_, store_, unidentified);
}

absl::StatusOr<uint64_t> Refold::Compare(const Reader& stored) const {
  uint64_t records = 0;
  // A log that no build with readings has opened for writing yet has none.
  const absl::Status readings = stored.Get(Family::kMeta, kMetaReadings).status();
  if (!readings.ok() && !absl::IsNotFound(readings)) return readings;
  for (const Family family : kProjections) {
    if (no_vault_ != nullptr && family == Family::kPersonIndex) continue;
    if (!readings.ok() && family == Family::kReadings) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const uint64_t compared, CompareFamily(stored, family));
    records += compared;
  }
  return records;
}

absl::StatusOr<uint64_t> Refold::CompareFamily(const Reader& stored, Family family) const {
  const bool strip = no_vault_ != nullptr && family == Family::kCases;
  FamilyCursor cursor(stored, family);
  uint64_t records = 0;
  absl::Status differs;
  const auto unwanted = [&](const Row& row) {
    return Finding(NameOf(family), StrCat("a record under ", Hex(row.key)),
                   "none: no entry gives it");
  };
  const auto compare = [&](std::string_view key, std::string_view value) -> absl::Status {
    CONCORDAT_ASSIGN_OR_RETURN(const Row* row, cursor.Peek());
    if (row != nullptr && row->key < key) return unwanted(*row);
    if (row == nullptr || row->key != key) {
      return Finding(NameOf(family), StrCat("no record under ", Hex(key)),
                     "the one that the entries give");
    }
    if ((strip ? WithoutIdentifiers(row->value) : row->value) != value) {
      return Finding(NameOf(family), StrCat("another record under ", Hex(key)),
                     "the one that the entries give");
    }
    ++records;
    cursor.Next();
    return absl::OkStatus();
  };
  CONCORDAT_RETURN_IF_ERROR(
      store_.Scan(family, "", "", [&](std::string_view key, std::string_view value) {
        differs = compare(key, value);
        return differs.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(differs);
  CONCORDAT_ASSIGN_OR_RETURN(const Row* row, cursor.Peek());
  if (row != nullptr) return unwanted(*row);
  return records;
}

}  // namespace concordat::storage
