#include "tools/fsck.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/strings/str_format.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "storage/fsck.h"
#include "storage/key_schema.h"
#include "storage/log_view.h"
#include "storage/rebuild.h"
#include "storage/vault.h"
#include "tools/exit_codes.h"
#include "tools/log_trust.h"
#include "tools/vault_file.h"

namespace concordat::tools {
namespace {

using storage::FsckReport;

CommandHelp Help() {
  return {
      "concordat fsck --data-dir DIR (--log-key log.pub | --policy FILE) [--kek FILE] [--rebuild]",
      "Derives every hash, tile, checkpoint, index and record of a ledger's data directory again\n"
      "from the stored entries, compares each with what is stored, and names the first "
      "difference.\n"
      "Writes nothing and works beside a running ledger (as of this moment). With --kek, sealed\n"
      "parts are opened too; without it, what only that key shows is left out and said. With\n"
      "--policy, cosigned checkpoints must have its quorum. The log's key may have changed: the\n"
      "log's own entries are followed from the key given.\n"
      "--rebuild, of a ledger that does not run, first checks the log itself, then drops every\n"
      "projection and folds it again from the log, then checks everything. After a crash in the\n"
      "middle the ledger does not start until it is run again.\n"
      "Exit code 0: sound; 4: not, naming the first difference; 1: could not be read or rebuilt.",
      "concordat fsck --data-dir /var/lib/concordat/log --log-key log.pub --kek kek", 0, 0};
}

struct FsckFlags {
  std::string data_dir;
  TrustFlags trust;
  std::string kek;
  bool rebuild = false;
};

// A policy may list several logs; what is checked is told by the directory and proven by the key.
std::vector<crypto::NoteVerifier> KeysOfLog(const storage::Reader& reader, const LogTrust& trust) {
  const absl::StatusOr<std::string> origin =
      reader.Get(storage::Family::kMeta, storage::kMetaOrigin);
  std::vector<crypto::NoteVerifier> keys;
  for (const crypto::NoteVerifier& key : trust.keys()) {
    if (origin.ok() && key.name() == *origin) keys.push_back(key);
  }
  return keys.empty() ? trust.keys() : keys;
}

class Check {
 public:
  Check(const FsckFlags& flags, const LogTrust& trust, const storage::Vault* vault,
        const Console& console)
      : flags_(flags), trust_(trust), vault_(vault), console_(console) {}

  absl::StatusOr<FsckReport> Run() const {
    if (flags_.rebuild) CONCORDAT_RETURN_IF_ERROR(Rebuild());
    return Fsck(/*compare_projections=*/true);
  }

 private:
  std::function<void(uint64_t)> Progress(const std::string& what) const {
    return [this, what](uint64_t entries) {
      console_.err << "  " << what << " " << entries << " entries\n";
    };
  }

  absl::StatusOr<FsckReport> Fsck(bool compare_projections) const {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<storage::LogView> view,
                               storage::LogView::Open(flags_.data_dir));
    const std::vector<crypto::NoteVerifier> keys = KeysOfLog(view->reader(), trust_);
    storage::FsckOptions options;
    options.log_keys = keys;
    options.policy = trust_.policy();
    options.vault = vault_;
    options.compare_projections = compare_projections;
    options.progress = Progress("checked");
    return storage::Fsck(view->reader(), options);
  }

  // Nothing is dropped for a log that is damaged itself.
  absl::Status Rebuild() const {
    CONCORDAT_RETURN_IF_ERROR(Fsck(/*compare_projections=*/false).status());
    CONCORDAT_ASSIGN_OR_RETURN(
        const uint64_t records,
        storage::RebuildProjections({flags_.data_dir, vault_, Progress("folded"), nullptr}));
    console_.err << "  rebuilt " << records << " records\n";
    return absl::OkStatus();
  }

  const FsckFlags& flags_;
  const LogTrust& trust_;
  const storage::Vault* const vault_;
  const Console& console_;
};

std::string Summary(const FsckReport& report) {
  std::string text = absl::StrFormat(
      "%d entries of %s, %d tiles, %d checkpoints, %d cosigned, %d sealed parts, %d keys, %d "
      "projection records",
      report.entries, report.origin, report.tiles, report.checkpoints, report.cosigned,
      report.sealed_parts, report.keys, report.projection_records);
  for (const std::string& left_out : report.not_checked) {
    StrAppend(&text, "\nnot checked ", left_out);
  }
  for (const std::string& key : report.followed_keys) {
    StrAppend(&text, "\nthe log changed its key to one not given: ", key);
  }
  return text;
}

}  // namespace

int RunFsck(const std::vector<std::string>& args, const Console& console) {
  FsckFlags flags;
  FlagTable table(Help());
  table.RequiredText("data-dir", &flags.data_dir, "DIR", "the ledger's data directory");
  flags.trust.AddTo(&table);
  table.Text("kek", &flags.kek, "FILE", "the key-encryption key, to open what is sealed")
      .Switch("rebuild", &flags.rebuild, "derive every projection anew; needs --kek");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  if (flags.rebuild && flags.kek.empty()) {
    return Fail(console, FieldError("--rebuild", "no --kek", "the key that opens identifiers"),
                kExitUsage);
  }
  const absl::StatusOr<LogTrust> trust = flags.trust.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), flags.trust.Complete() ? kExitFailed : kExitUsage);
  }
  std::unique_ptr<storage::Vault> vault;
  if (!flags.kek.empty()) {
    absl::StatusOr<std::unique_ptr<storage::Vault>> opened = OpenVault(flags.kek);
    if (!opened.ok()) return Fail(console, opened.status(), kExitFailed);
    vault = *std::move(opened);
  }

  const absl::Time start = console.clock.Now();
  const absl::StatusOr<FsckReport> report = Check(flags, *trust, vault.get(), console).Run();
  if (!report.ok()) {
    const bool damage = absl::IsDataLoss(report.status());
    if (damage) console.out << "fsck: " << report.status().message() << "\n";
    return damage ? kExitNotVerified : Fail(console, report.status(), kExitFailed);
  }
  console.out << "fsck: sound: " << Summary(*report)
              << absl::StrFormat("\nin %.2f s\n",
                                 absl::ToDoubleSeconds(console.clock.Now() - start));
  return kExitOk;
}

}  // namespace concordat::tools
