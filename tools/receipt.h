// Receipts, proven offline.
#ifndef CONCORDAT_TOOLS_RECEIPT_H_
#define CONCORDAT_TOOLS_RECEIPT_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "tlog/checkpoint.h"
#include "tools/log_trust.h"

namespace concordat::tools {

// The checkpoint that the receipt's proof leads to. DATA_LOSS "<field>: ..." unless the tlog-proof
// is one of this leaf index, its checkpoint is signed (and cosigned) by what `trust` knows, and it
// leads from the leaf hash to the root; see tlog::VerifyProof. The case ids are not proven.
absl::StatusOr<tlog::Checkpoint> CheckReceipt(const v1::Receipt& receipt, const LogTrust& trust);

// The signed checkpoint in the receipt's proof, not verified; DATA_LOSS when there is none.
absl::StatusOr<std::string> CheckpointNoteOf(const v1::Receipt& receipt);

// Calls `visit` for each line of a file of receipts: as push writes them, or bare receipts in JSON.
// A line that holds none is an error to `visit`. The file's error when it can't be read.
absl::Status ForEachReceipt(
    const std::string& path,
    absl::FunctionRef<void(uint64_t line, const absl::StatusOr<v1::Receipt>& receipt)> visit);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_H_
