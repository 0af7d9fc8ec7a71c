#include "tools/verify.h"

#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/files.h"
#include "base/log_types.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/log_export_dir.h"
#include "tools/log_source_flags.h"
#include "tools/log_trust.h"
#include "tools/verify_log.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat verify (--data-dir DIR | --export DIR | --server HOST:PORT ...)\n"
      "                 (--log-key log.pub | --policy FILE) [flags]",
      "Reads every stored entry, computes the RFC 6962 tree again and compares it with the signed\n"
      "checkpoints; needs public keys and nothing else. With --policy, the published checkpoint\n"
      "must have its quorum of cosignatures. Of an export, every tile is derived again too. With\n"
      "--since, the checkpoint in that file must still hold (the log only grew), and the new one\n"
      "takes its place.\n"
      "Exit code 0: verified; 4: not, naming the check and the first difference; 1: could not be "
      "read.",
      "concordat verify --data-dir /var/lib/concordat/log --log-key log.pub --since "
      "seen.checkpoint",
      0, 0};
}

struct VerifyFlags {
  SourceFlags source;
  TrustFlags trust;
  std::string since;
};

// The checkpoint remembered from an earlier run, if there was one.
absl::StatusOr<std::optional<Remembered>> ReadRemembered(const std::string& path) {
  if (path.empty()) return std::nullopt;
  absl::StatusOr<std::string> note = ReadFile(path);
  if (absl::IsNotFound(note.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(note.status());
  return Remembered{*std::move(note), StrCat("the checkpoint in ", path)};
}

absl::StatusOr<VerifiedLog> Verify(const VerifyFlags& flags, const LogTrust& trust,
                                   const std::optional<Remembered>& remembered,
                                   const Console& console) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<LogSource> source, flags.source.Open());
  CONCORDAT_ASSIGN_OR_RETURN(VerifiedLog verified,
                             VerifyLog(*source, trust, remembered, [&](uint64_t entries) {
                               console.err << "  " << entries << " entries\n";
                             }));
  if (!flags.source.export_dir.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckExportedTiles(LogExportDir(flags.source.export_dir), TreeSize{verified.entries}));
  }
  return verified;
}

}  // namespace

int RunVerify(const std::vector<std::string>& args, const Console& console) {
  VerifyFlags flags;
  FlagTable table(Help());
  flags.source.AddTo(&table, /*with_export=*/true);
  flags.trust.AddTo(&table);
  table.Text("since", &flags.since, "FILE", "the checkpoint seen last; written after success");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status usage = flags.source.Check();
  if (!usage.ok()) return Fail(console, usage, kExitUsage);
  const absl::StatusOr<LogTrust> trust = flags.trust.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), flags.trust.Complete() ? kExitFailed : kExitUsage);
  }
  const auto remembered = ReadRemembered(flags.since);
  if (!remembered.ok()) return Fail(console, remembered.status(), kExitFailed);

  const absl::Time start = console.clock.Now();
  const absl::StatusOr<VerifiedLog> log = Verify(flags, *trust, *remembered, console);
  if (!log.ok()) {
    const bool damage = absl::IsDataLoss(log.status());
    if (damage) console.out << "NOT VERIFIED: " << log.status().message() << "\n";
    return damage ? kExitNotVerified : Fail(console, log.status(), kExitFailed);
  }
  console.out << absl::StrFormat(
      "verified: %d entries of %s match %d signed checkpoint%s%s%s, in %.2f s\n", log->entries,
      log->origin, log->checkpoints, log->checkpoints == 1 ? "" : "s",
      log->published.has_value() ? StrCat(", the one of size ", *log->published, " cosigned") : "",
      remembered->has_value() ? ", and the log only grew since the one remembered" : "",
      absl::ToDoubleSeconds(console.clock.Now() - start));
  if (!flags.since.empty()) {
    const absl::Status written = WriteFileAtomically(flags.since, log->checkpoint, 0644);
    if (!written.ok()) return Fail(console, written, kExitFailed);
  }
  return kExitOk;
}

}  // namespace concordat::tools
