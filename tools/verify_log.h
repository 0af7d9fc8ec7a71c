// A whole log checked with public keys alone, wherever it is.
#ifndef CONCORDAT_TOOLS_VERIFY_LOG_H_
#define CONCORDAT_TOOLS_VERIFY_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "tools/log_source.h"
#include "tools/log_trust.h"

namespace concordat::tools {

// A checkpoint seen in an earlier run, which must still hold.
struct Remembered {
  std::string note;
  std::string source;  // What errors call it.
};

struct VerifiedLog {
  std::string origin;
  std::string checkpoint;  // The head's note: to be remembered.
  uint64_t entries = 0;
  uint64_t checkpoints = 0;           // Signed ones that were compared.
  std::optional<uint64_t> published;  // The size of the cosigned one, where `trust` wants one.
};

// Reads every entry, computes the RFC 6962 tree again and compares it with the head, with the
// remembered checkpoint, with every checkpoint that the source kept, and, where `trust` wants
// cosignatures, with the published one. DATA_LOSS, naming the check that failed and the first thing
// that differs; the source's error when it could not be read. `progress` is called with the number
// of entries now and then.
absl::StatusOr<VerifiedLog> VerifyLog(LogSource& source, const LogTrust& trust,
                                      const std::optional<Remembered>& remembered,
                                      absl::FunctionRef<void(uint64_t)> progress);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_VERIFY_LOG_H_
