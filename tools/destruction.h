// The proof that data was destroyed, checked offline. Pure.
#ifndef CONCORDAT_TOOLS_DESTRUCTION_H_
#define CONCORDAT_TOOLS_DESTRUCTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "concordat/v1/governance.pb.h"
#include "concordat/v1/log.pb.h"
#include "tools/log_trust.h"

namespace concordat::tools {

struct ProvenDestruction {
  v1::LogEntry erasure;
  v1::LogEntry certificate;
  std::string origin;
};

// DATA_LOSS, naming what failed, unless both entries are proven in one log that `trust` knows: an
// ERASURE of at least one key, and after it the ERASURE_CERTIFIED of that erasure.
absl::StatusOr<ProvenDestruction> ProveDestruction(const v1::DestructionCertificate& certificate,
                                                   const LogTrust& trust);

// What was destroyed, when, by whom, on which request; what was searched afterwards.
std::string DestructionText(const ProvenDestruction& proven);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_DESTRUCTION_H_
