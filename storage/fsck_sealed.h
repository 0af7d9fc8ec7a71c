// Sealed parts and their keys, walked beside the entries that commit to them. Internal to storage/;
// not thread-safe.
#ifndef CONCORDAT_STORAGE_FSCK_SEALED_H_
#define CONCORDAT_STORAGE_FSCK_SEALED_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "concordat/v1/log.pb.h"
#include "storage/family_cursor.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::storage {

// What a part needs to be whole: its ciphertext, of the size and digest in its entry, and its
// subject's key. Both may be gone when, and only when, some entry erased the subject; then the key
// must be. Errors are DATA_LOSS findings, or those of reading.
//
// As a Reader it is what the fold of the present entry may see: the sealed parts of that entry and
// the keys; and the log, by which an erasure finds what it destroyed. It holds all keys, about 200
// bytes each.
class SealedCheck final : public Reader {
 public:
  // Both outlive it. Without a vault (null) nothing is opened or unwrapped.
  SealedCheck(const Reader& reader, const Vault* vault)
      : reader_(reader), vault_(vault), sealed_(reader, Family::kSealed) {}

  // Reads the keys, and with a vault unwraps each; first of all.
  absl::Status LoadKeys();

  // The next entry. With a vault, opens each part whose key is there; an event's identifiers are
  // the fold's to open.
  absl::Status Add(const v1::LogEntry& entry);

  // What needed the whole log to be known: that nothing is missing but what was erased, and that no
  // key is there but of a subject that entries name and none erased.
  absl::Status Finish();

  uint64_t parts() const { return parts_; }  // Ciphertexts compared.
  uint64_t keys() const { return keys_.size(); }

  absl::StatusOr<std::string> Get(Family family, std::string_view key) const override;
  absl::Status Scan(Family family, std::string_view begin, std::string_view end,
                    Visit visit) const override;

 private:
  struct Key {
    std::string wrapped;
    bool named = false;  // By an entry.
  };

  absl::Status TakeRows(LeafIndex index);
  absl::Status CheckPart(LeafIndex index, uint32_t number, const v1::SealedPart& part, bool open);
  // Whether the subject has a key; names it if so.
  bool NameSubject(const std::string& subject);
  const Row* Find(std::string_view key) const;

  const Reader& reader_;
  const Vault* const vault_;
  FamilyCursor sealed_;
  std::vector<Row> rows_;  // Of the present entry.
  std::map<std::string, Key, std::less<>> keys_;
  std::map<std::string, std::string> missing_;  // By subject: the first place and what lacks there.
  std::set<std::string> erased_;
  uint64_t parts_ = 0;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_SEALED_H_
