// Searches what is on the disk, byte for byte, for what must no longer be there. Thread-safe.
//
// Deliberately knows nothing of RocksDB's formats: a file that nobody accounts for is searched like
// any other. So it only finds what stands there uncompressed and unencrypted (open_database.cc
// stores without compression).
#ifndef CONCORDAT_STORAGE_RESCAN_H_
#define CONCORDAT_STORAGE_RESCAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/sha256.h"

namespace rocksdb {
class Env;
}

namespace concordat::storage {

// How much of a sought string is compared. The first, the middle and the last such piece are each
// looked for, because RocksDB leaves out what a key has in common with the key before it and splits
// a long record of its write-ahead log.
inline constexpr size_t kSoughtPieceBytes = 16;

// Bytes to look for, at least kSoughtPieceBytes of them, that nothing else holds: random, a
// ciphertext or a digest. `kind` names them in a finding, such as "wrapped key".
struct Sought {
  std::string kind;
  std::string bytes;
  // Entries of the log may say them, for ever: what an auditor searched by.
  bool may_be_logged = false;
};

// A value of which only the digest is known, stored within kAnchorReachBytes behind the key
// `anchor` (at least kSoughtPieceBytes long): where the key stands, what follows it is digested.
struct SoughtDigest {
  std::string kind;
  std::string anchor;
  size_t value_bytes = 0;
  crypto::Digest sha256;
};
inline constexpr size_t kAnchorReachBytes = 32;

struct Finding {
  std::string file;  // Below the directory.
  std::string kind;
  size_t position = 0;  // In `sought`, or in `digests`.
  bool by_digest = false;
};

struct RescanResult {
  uint64_t files_scanned = 0;
  uint64_t bytes_scanned = 0;
  std::vector<Finding> found;  // Each at most once a file.
};

// Every file below `directory`. A file that is deleted meanwhile counts as not there.
// INVALID_ARGUMENT for a sought string that is too short; UNAVAILABLE, naming the file, where one
// can't be read: then nothing is certain.
absl::StatusOr<RescanResult> Rescan(rocksdb::Env* env, const std::string& directory,
                                    const std::vector<Sought>& sought,
                                    const std::vector<SoughtDigest>& digests);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_RESCAN_H_
