#include "tools/log_source_flags.h"

#include <utility>

#include "base/field_error.h"
#include "base/status_macros.h"
#include "tools/log_export_dir.h"
#include "tools/purposes.h"

namespace concordat::tools {

void SourceFlags::AddTo(FlagTable* table, bool with_export) {
  table->Text("data-dir", &data_dir, "DIR", "a ledger's data directory");
  if (with_export) table->Text("export", &export_dir, "DIR", "a directory made by log export");
  connection.AddOptionallyTo(table);
  table->Text("purpose", &purpose, "PURPOSE",
              "why a server's log is read, one of DPA 2018 s62(4): INTEGRITY_AND_SECURITY");
}

absl::Status SourceFlags::Check() const {
  const bool one = data_dir.empty() + export_dir.empty() + connection.server.empty() == 2;
  const bool whole = connection.Complete() || connection.Empty();
  if (!one || !whole) {
    return FieldError("--data-dir", "none or several of the ways to the log, or half of one",
                      "--data-dir, --export where there is that flag, or --server, --server-id, "
                      "--cert, --key and --ca");
  }
  return ParsePurpose(purpose).status();
}

absl::StatusOr<std::unique_ptr<LogSource>> SourceFlags::Open() const {
  if (!data_dir.empty()) return DirectoryLogSource(data_dir);
  if (!export_dir.empty()) return ExportLogSource(export_dir);
  CONCORDAT_ASSIGN_OR_RETURN(const v1::Purpose parsed, ParsePurpose(purpose));
  CONCORDAT_ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, OpenChannel(connection));
  return ServerLogSource(std::move(channel), parsed);
}

}  // namespace concordat::tools
