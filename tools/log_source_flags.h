// The flags that say where the log is that a command checks.
#ifndef CONCORDAT_TOOLS_LOG_SOURCE_FLAGS_H_
#define CONCORDAT_TOOLS_LOG_SOURCE_FLAGS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/connection.h"
#include "tools/flags.h"
#include "tools/log_source.h"

namespace concordat::tools {

// --data-dir, or --server and what belongs to it, or --export.
struct SourceFlags {
  ConnectionFlags connection;
  std::string data_dir;
  std::string export_dir;
  std::string purpose = "INTEGRITY_AND_SECURITY";  // One of DPA 2018 s62(4).

  void AddTo(FlagTable* table, bool with_export);
  // INVALID_ARGUMENT unless exactly one source is given, wholly, and a purpose.
  absl::Status Check() const;
  absl::StatusOr<std::unique_ptr<LogSource>> Open() const;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_LOG_SOURCE_FLAGS_H_
