// concordat receipt accuse and receipt judge: a receipt held against the log as it is now.
#ifndef CONCORDAT_TOOLS_RECEIPT_ACCUSE_H_
#define CONCORDAT_TOOLS_RECEIPT_ACCUSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/signed_note.h"
#include "tools/command.h"
#include "tools/log_source.h"
#include "tools/receipt_accusation.h"

namespace concordat::tools {

// The accusation that a kept checkpoint and the log as it is now give; whether it accuses, Judge
// says. The source's errors.
absl::StatusOr<Accusation> Confront(const std::string& kept_note, LogSource& source,
                                    absl::Span<const crypto::NoteVerifier> log_keys);

int RunReceiptAccuse(const std::vector<std::string>& args, const Console& console);
int RunReceiptJudge(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_RECEIPT_ACCUSE_H_
