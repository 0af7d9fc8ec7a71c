// An accusation: what shows a third party, with the log's public keys alone, that the log signed
// two histories. One file, text:
//
//   concordat.accusation@v1
//   kept 251                       bytes of the note that follows: a signed checkpoint out of a
//   <signed note>                  receipt that was kept
//   present 253                    the same of the newest one that the log signed
//   <signed note>
//   root CsUYapGG...jxq2I=         the root that the present tree has at the kept size
//   gSKyXoYZ...cdPlQ=              RFC 6962's consistency proof from there to the present root
//
// The last part is missing when the log is now shorter than the kept checkpoint: then nothing is
// shown, and the two notes are kept until the log has grown again. Pure and thread-safe.
#ifndef CONCORDAT_TOOLS_RECEIPT_ACCUSATION_H_
#define CONCORDAT_TOOLS_RECEIPT_ACCUSATION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "crypto/sha256.h"
#include "crypto/signed_note.h"

namespace concordat::tools {

struct Accusation {
  struct Past {
    crypto::Digest root;
    std::vector<crypto::Digest> proof;
  };
  std::string kept_note;
  std::string present_note;
  std::optional<Past> past;  // None: the present log is shorter.
};

std::string FormatAccusation(const Accusation& accusation);

// INVALID_ARGUMENT "accusation ...: got ..., want ..." unless `text` has exactly this form. Nothing
// is verified.
absl::StatusOr<Accusation> ParseAccusation(std::string_view text);

enum class Verdict {
  kForked,      // One key or another of this log signed roots that can't both be true.
  kConsistent,  // The present log begins with the kept tree: nothing to accuse.
  kUndecided,   // The present log is shorter: it may have been rolled back, or be an old copy.
};

struct Judgement {
  Verdict verdict;
  std::string reason;  // A sentence with origin, sizes and roots.
};

// DATA_LOSS when it shows nothing at all: a note that no key of its log signed, notes of two logs,
// a proof that does not hold or is missing.
absl::StatusOr<Judgement> Judge(const Accusation& accusation,
                                absl::Span<const crypto::NoteVerifier> log_keys);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_ACCUSATION_H_
