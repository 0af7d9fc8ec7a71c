// All derived state, folded from the log again and held against what is stored (R5). Internal to
// storage/; not thread-safe.
#ifndef CONCORDAT_STORAGE_REFOLD_H_
#define CONCORDAT_STORAGE_REFOLD_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/memory_store.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::storage {

// Takes the keys as they are now. An erased subject's identifiers are empty from the beginning
// where the live fold opened them and later removed them: after its ERASURE entry both are the same
// bytes.
//
// Holds the projections in memory: some two or three times what they take on disk.
class Refold {
 public:
  // Sealed parts and keys are read from `stored`. Without a vault (null) no identifier is read,
  // and neither are keys. Both outlive it.
  Refold(const Vault* vault, const Reader* stored);

  // The next entry of the log. DATA_LOSS, naming it, when it contradicts those before it, or a part
  // it seals does not open.
  absl::Status Add(const v1::LogEntry& entry);

  // How many records were compared. DATA_LOSS naming the first one that differs: family and key.
  // Without a vault all but the persons' identifiers: those in `cases`, and `person_index`.
  absl::StatusOr<uint64_t> Compare(const Reader& stored) const;

  const MemoryStore& store() const { return store_; }

 private:
  absl::StatusOr<uint64_t> CompareFamily(const Reader& stored, Family family) const;

  const std::unique_ptr<const Vault> no_vault_;  // Opens nothing: it is given no key.
  const Vault& vault_;
  MemoryStore store_;
};

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_REFOLD_H_
