#include "tools/proven_entry.h"

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/merkle.h"
#include "tools/receipt.h"

namespace concordat::tools {

absl::StatusOr<ProvenEntry> ProveEntry(const std::string& stored, const v1::Receipt& receipt,
                                       const LogTrust& trust) {
  ProvenEntry proven;
  if (!proven.entry.ParseFromString(stored)) {
    return absl::DataLossError("entry: got bytes that are no LogEntry");
  }
  if (proven.entry.index() != receipt.leaf_index()) {
    return absl::DataLossError(StrCat("receipt: got one of entry ", receipt.leaf_index(),
                                      ", want of entry ", proven.entry.index()));
  }
  proven.leaf_hash = tlog::LeafHash(stored);
  if (receipt.leaf_hash() != crypto::AsBytes(proven.leaf_hash)) {
    return absl::DataLossError("receipt: got the hash of another entry");
  }
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint, CheckReceipt(receipt, trust));
  proven.origin = checkpoint.origin;
  return proven;
}

}  // namespace concordat::tools
