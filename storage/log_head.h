// The log's identity and its newest state, as stored and as checked on every opening. Internal to
// storage/.
#ifndef CONCORDAT_STORAGE_LOG_HEAD_H_
#define CONCORDAT_STORAGE_LOG_HEAD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log_types.h"
#include "crypto/signed_note.h"
#include "storage/database.h"
#include "tlog/tile_tree.h"

namespace concordat::storage {

struct LogHead {
  tlog::TileTree tree;
  std::string checkpoint;  // The signed note for tree.size() and tree.Root().
};

// Writes format, origin, key and the checkpoint of the empty tree into a new database. In one that
// has them: FAILED_PRECONDITION, with got and want, when any is not this signer's. DATA_LOSS when
// they are missing beside entries. FAILED_PRECONDITION while the projections are being written anew
// (storage/rebuild.h).
absl::Status EnsureIdentity(Database& database, const crypto::NoteSigner& signer);

// Reads the right edge only: the last checkpoint, at most one tile a level and the last entry.
// DATA_LOSS, naming what differs, unless the key signed that checkpoint, it is of the stored tree,
// and the tree ends with the last entry.
absl::StatusOr<LogHead> LoadHead(const Database& database, const crypto::NoteVerifier& verifier);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_LOG_HEAD_H_
