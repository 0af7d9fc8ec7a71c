// A whole stored log, derived again from its entries: every hash, tile, checkpoint, sealed part,
// key and projection is compared with what is stored, byte for byte, and the first difference is
// named.
//
// Reads each family once, in order, and holds a few megabytes besides the keys (about 200 bytes
// each) and the projections (storage/refold.h).
#ifndef CONCORDAT_STORAGE_FSCK_H_
#define CONCORDAT_STORAGE_FSCK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "crypto/signed_note.h"
#include "storage/reader.h"
#include "storage/vault.h"
#include "tlog/policy.h"

namespace concordat::storage {

struct FsckOptions {
  // The log's keys, at least the one it began with. Each must have been the log's at some time;
  // those that its LOG_KEY_CHANGE entries hand over to are followed.
  absl::Span<const crypto::NoteVerifier> log_keys;
  // The witnesses, for cosigned checkpoints; null: their lines are not verified.
  const tlog::Policy* policy = nullptr;
  // Null: what only the key-encryption key shows is not checked, and the report says so.
  const Vault* vault = nullptr;
  // False: the entries are folded, but not held against the stored projections, as before a
  // rebuild.
  bool compare_projections = true;
  // Called with the number of entries now and then; may be empty.
  std::function<void(uint64_t)> progress;
};

struct FsckReport {
  std::string origin;
  uint64_t entries = 0;
  uint64_t tiles = 0;
  uint64_t checkpoints = 0;
  uint64_t cosigned = 0;
  uint64_t sealed_parts = 0;
  uint64_t keys = 0;
  uint64_t projection_records = 0;
  // Verifier keys that the log handed over to and that log_keys does not hold, in order.
  std::vector<std::string> followed_keys;
  // What was left out, and what would be needed for it: "the cosignatures, without a policy".
  std::vector<std::string> not_checked;
};

// The reader must show one state throughout, as LogView's does.
//   INVALID_ARGUMENT  no key is given
//   DATA_LOSS         the first difference: "entry 17: got ..., want ...", "tile level 0 index 0:
//                     ...", "cases: ..."; holds no personal data, stored keys in hexadecimal
//   UNAVAILABLE       it could not be read, for example because a running log replaced its files
absl::StatusOr<FsckReport> Fsck(const Reader& reader, const FsckOptions& options);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_FSCK_H_
