// The body of tlog-witness's add-checkpoint call (c2sp.org/tlog-witness). Pure and thread-safe.
//
//   old 20852014
//   PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=       the consistency proof, a hash a line
//                                                      an empty line, then the checkpoint
//   example.com/behind-the-sofa
//   20852163
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//
//   — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1My...
#ifndef CONCORDAT_TLOG_WITNESS_REQUEST_H_
#define CONCORDAT_TLOG_WITNESS_REQUEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/limits.h"
#include "base/log_types.h"
#include "crypto/sha256.h"

namespace concordat::tlog {

// Consistency proof lines that a request may have.
inline constexpr size_t kWitnessProofHashesMax = 63;

// A body longer than this is none; a server need not read on.
inline constexpr size_t kWitnessRequestBytesMax =
    kNoteBytesMax + sizeof("old 18446744073709551615\n") + kWitnessProofHashesMax * 45 + 1;

struct WitnessRequest {
  TreeSize old_size;
  std::vector<crypto::Digest> proof;
  std::string checkpoint_note;  // As it was signed, byte for byte.
};

// INVALID_ARGUMENT for more than kWitnessProofHashesMax hashes, or a checkpoint_note that
// ParseWitnessRequest would not take.
absl::StatusOr<std::string> FormatWitnessRequest(const WitnessRequest& request);

// INVALID_ARGUMENT (a witness answers 400), naming the line, unless `body` has exactly this form
// and its checkpoint is a signed note of a checkpoint text. No signature is verified, no proof is
// checked and sizes are not compared.
absl::StatusOr<WitnessRequest> ParseWitnessRequest(std::string_view body);

}  // namespace concordat::tlog

#endif  // CONCORDAT_TLOG_WITNESS_REQUEST_H_
