// An entry of a log with the receipt that proves it. Pure.
#ifndef CONCORDAT_TOOLS_PROVEN_ENTRY_H_
#define CONCORDAT_TOOLS_PROVEN_ENTRY_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/log.pb.h"
#include "crypto/sha256.h"
#include "tools/log_trust.h"

namespace concordat::tools {

struct ProvenEntry {
  v1::LogEntry entry;
  std::string origin;  // Of the log.
  crypto::Digest leaf_hash;
};

// DATA_LOSS, naming what failed, unless the stored bytes are a LogEntry of the receipt's index and
// leaf hash, and the receipt proves it in a log that `trust` knows.
absl::StatusOr<ProvenEntry> ProveEntry(const std::string& stored, const v1::Receipt& receipt,
                                       const LogTrust& trust);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PROVEN_ENTRY_H_
