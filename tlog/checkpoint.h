// C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint): what a signed note says about the log. Pure.
//
//   lancashire.concordat.test/log        the origin: the log's name, also the name of its key
//   20852163                             the tree size, decimal without leading zeros
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     the root hash, base64
#ifndef CONCORDAT_TLOG_CHECKPOINT_H_
#define CONCORDAT_TLOG_CHECKPOINT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/log_types.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"

namespace concordat::tlog {

struct Checkpoint {
  std::string origin;
  TreeSize size;
  crypto::Digest root;
};

// The note text, each line ended by a newline.
std::string CheckpointText(std::string_view origin, TreeSize size, const crypto::Digest& root);

// Extension lines after the third are accepted and left aside, as the specification demands.
// INVALID_ARGUMENT, naming the line, for an empty origin or line, a size that is not canonical
// decimal, a root that is not 32 bytes of canonical base64, or a last line without a newline.
absl::StatusOr<Checkpoint> ParseCheckpointText(std::string_view text);

// The checkpoint of a note that its log signed: a key counts only for the origin that it is named
// after, and any one of several keys of that name is enough (a log whose key changed).
//   INVALID_ARGUMENT  no signed note, or its text is no checkpoint
//   NOT_FOUND         another origin than the keys' names, or no signature by a key of that name
//   DATA_LOSS         a signature by such a key that does not verify
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note,
                                          absl::Span<const crypto::NoteVerifier> log_keys);
absl::StatusOr<Checkpoint> OpenCheckpoint(const crypto::SignedNote& note,
                                          absl::Span<const crypto::NoteVerifier> log_keys);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_CHECKPOINT_H_
