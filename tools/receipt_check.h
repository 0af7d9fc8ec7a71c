// concordat receipt check: proves offline that events are in the log, with the public key alone.
#ifndef CONCORDAT_TOOLS_RECEIPT_CHECK_H_
#define CONCORDAT_TOOLS_RECEIPT_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "concordat/v1/exchange.pb.h"
#include "crypto/signed_note.h"
#include "tools/command.h"

namespace concordat::tools {

// DATA_LOSS, naming the field, unless the checkpoint is signed by this key, is of this log and
// size, and the inclusion proof leads from the leaf hash to its root. The case ids are not proven.
absl::Status CheckReceipt(const v1::Receipt& receipt, const crypto::NoteVerifier& verifier);

int RunReceiptCheck(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_CHECK_H_
