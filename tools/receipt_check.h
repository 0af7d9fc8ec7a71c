// concordat receipt check: proves offline that events are in the log, with the public key alone.
#ifndef CONCORDAT_TOOLS_RECEIPT_CHECK_H_
#define CONCORDAT_TOOLS_RECEIPT_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "crypto/signed_note.h"
#include "tlog/checkpoint.h"
#include "tools/command.h"

namespace concordat::tools {

// The checkpoint that the receipt's proof leads to. DATA_LOSS, naming the field, unless the proof
// is a C2SP tlog-proof of this index, its checkpoint is signed by this key, and it leads from the
// leaf hash to the root. The case ids are not proven.
absl::StatusOr<tlog::Checkpoint> CheckReceipt(const v1::Receipt& receipt,
                                              const crypto::NoteVerifier& verifier);

int RunReceiptCheck(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_CHECK_H_
