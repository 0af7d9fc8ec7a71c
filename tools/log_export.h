// concordat log export: a log as C2SP tlog-tiles lays it out, kept up to date run by run.
#ifndef CONCORDAT_TOOLS_LOG_EXPORT_H_
#define CONCORDAT_TOOLS_LOG_EXPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/command.h"
#include "tools/log_export_dir.h"
#include "tools/log_source.h"
#include "tools/log_trust.h"

namespace concordat::tools {

struct Exported {
  uint64_t size = 0;         // Of the exported log.
  uint64_t entries_new = 0;  // Read by this run.
};

// Brings `dir` to the source's newest checkpoint: the cosigned one where `trust` wants
// cosignatures. Reads only the entries beyond what is there, writes bundles and tiles, drops the
// partial ones that are full now, and replaces the checkpoint last, once everything led to its
// root. A crash at any moment leaves the export that its checkpoint speaks of. DATA_LOSS, and the
// checkpoint stays as it was: a checkpoint that is not the log's, a log that is shorter than the
// export or does not begin with it, entries of another root, damage at the export's edge. Files of
// a refused run may be left beyond the checkpoint's size; a later run writes over them.
absl::StatusOr<Exported> ExportLog(LogSource& source, const LogTrust& trust,
                                   const LogExportDir& dir);

int RunLogExport(const std::vector<std::string>& args, const Console& console);

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_EXPORT_H_
