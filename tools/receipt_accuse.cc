#include "tools/receipt_accuse.h"

#include <map>
#include <utility>

#include "base/files.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tlog/checkpoint.h"
#include "tools/exit_codes.h"
#include "tools/log_source_flags.h"
#include "tools/log_trust.h"
#include "tools/receipt.h"

namespace concordat::tools {
namespace {

CommandHelp AccuseHelp() {
  return {
      "concordat receipt accuse FILE (--data-dir DIR | --export DIR | --server HOST:PORT ...)\n"
      "                         --log-key log.pub [--out FILE]",
      "Holds the receipts in FILE against the log as it is now. When the log signed something "
      "else\n"
      "before, writes an accusation that anybody can judge with the log's key alone.\n"
      "Exit code 0: the log only grew, no accusation; 4: it contradicts a receipt, the accusation\n"
      "was written; 5: it is shorter than a receipt's tree, which by itself shows nothing: both\n"
      "checkpoints were written, to ask again later; 1: could not be read.",
      "concordat receipt accuse export.jsonl.receipts --data-dir /var/lib/concordat/log --log-key "
      "log.pub",
      1, 1};
}

CommandHelp JudgeHelp() {
  return {
      "concordat receipt judge FILE --log-key log.pub",
      "Checks an accusation offline: both checkpoints' signatures, and the proof that the log's\n"
      "present tree has another root at the receipt's size.\n"
      "Exit code 0: the accusation holds, the log signed two histories; 4: it does not; 5: "
      "nothing\n"
      "is shown, the present log is shorter.",
      "concordat receipt judge export.jsonl.receipts.accusation --log-key log.pub", 1, 1};
}

// The kept checkpoints of a file, each once, the smallest first: it narrows the fork best. Receipts
// that prove nothing are named and left out.
absl::StatusOr<std::map<std::pair<uint64_t, crypto::Digest>, std::string>> ReadKept(
    const std::string& path, const LogTrust& trust, const Console& console) {
  std::map<std::pair<uint64_t, crypto::Digest>, std::string> kept;
  const LogTrust keys(trust.keys());
  CONCORDAT_RETURN_IF_ERROR(
      ForEachReceipt(path, [&](uint64_t line, const absl::StatusOr<v1::Receipt>& receipt) {
        absl::Status status = receipt.status();
        if (status.ok()) {
          const absl::StatusOr<tlog::Checkpoint> checkpoint = CheckReceipt(*receipt, keys);
          status = checkpoint.status();
          if (status.ok()) {
            kept.emplace(std::make_pair(checkpoint->size.value, checkpoint->root),
                         *CheckpointNoteOf(*receipt));
          }
        }
        if (!status.ok()) {
          console.err << "line " << line << ": no evidence: " << status.message() << "\n";
        }
      }));
  if (kept.empty()) {
    return absl::FailedPreconditionError(
        StrCat(path, ": got no receipt that holds, want one or more"));
  }
  return kept;
}

int Report(const Accusation& accusation, const Judgement& judgement, const std::string& out,
           const Console& console) {
  const absl::Status written = WriteFileAtomically(out, FormatAccusation(accusation), 0644);
  if (!written.ok()) return Fail(console, written, kExitFailed);
  const bool forked = judgement.verdict == Verdict::kForked;
  console.out << (forked ? "ACCUSED: " : "UNDECIDED: ") << judgement.reason << "\n"
              << "written: " << out << "\n";
  return forked ? kExitNotVerified : kExitUndecided;
}

}  // namespace

absl::StatusOr<Accusation> Confront(const std::string& kept_note, LogSource& source,
                                    absl::Span<const crypto::NoteVerifier> log_keys) {
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint kept,
                             tlog::OpenCheckpoint(kept_note, log_keys));
  CONCORDAT_ASSIGN_OR_RETURN(LogSource::Head head, source.ReadHead());
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint present,
                             tlog::OpenCheckpoint(head.checkpoint, log_keys));
  Accusation accusation = {kept_note, std::move(head.checkpoint), std::nullopt};
  if (present.size < kept.size) return accusation;
  CONCORDAT_ASSIGN_OR_RETURN(LogSource::Consistency past,
                             source.ProveConsistency(kept.size, present.size));
  accusation.past = {past.old_root, std::move(past.proof)};
  return accusation;
}

int RunReceiptAccuse(const std::vector<std::string>& args, const Console& console) {
  SourceFlags source_flags;
  TrustFlags trust_flags;
  std::string out;
  FlagTable table(AccuseHelp());
  source_flags.AddTo(&table, /*with_export=*/true);
  trust_flags.AddTo(&table);
  table.Text("out", &out, "FILE", "where the accusation goes (FILE.accusation)");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::Status usage = source_flags.Check();
  if (!usage.ok()) return Fail(console, usage, kExitUsage);
  const absl::StatusOr<LogTrust> trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  if (out.empty()) out = arguments[0] + ".accusation";
  const auto kept = ReadKept(arguments[0], *trust, console);
  if (!kept.ok()) return Fail(console, kept.status(), kExitFailed);
  const auto source = source_flags.Open();
  if (!source.ok()) return Fail(console, source.status(), kExitFailed);

  std::optional<std::pair<Accusation, Judgement>> undecided;
  for (const auto& [size_and_root, note] : *kept) {
    absl::StatusOr<Accusation> accusation = Confront(note, **source, trust->keys());
    if (!accusation.ok()) return Fail(console, accusation.status(), kExitFailed);
    absl::StatusOr<Judgement> judgement = Judge(*accusation, trust->keys());
    if (!judgement.ok()) return Fail(console, judgement.status(), kExitFailed);
    if (judgement->verdict == Verdict::kForked) {
      return Report(*accusation, *judgement, out, console);
    }
    if (judgement->verdict == Verdict::kUndecided && !undecided.has_value()) {
      undecided.emplace(*std::move(accusation), *std::move(judgement));
    }
  }
  if (undecided.has_value()) return Report(undecided->first, undecided->second, out, console);
  console.out << "no accusation: the log begins with each of the " << kept->size()
              << " checkpoints that the receipts hold\n";
  return kExitOk;
}

int RunReceiptJudge(const std::vector<std::string>& args, const Console& console) {
  TrustFlags trust_flags;
  FlagTable table(JudgeHelp());
  trust_flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<LogTrust> trust = trust_flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), trust_flags.Complete() ? kExitFailed : kExitUsage);
  }
  const absl::StatusOr<std::string> text = ReadFile(arguments[0]);
  if (!text.ok()) return Fail(console, text.status(), kExitFailed);
  const absl::StatusOr<Accusation> accusation = ParseAccusation(*text);
  if (!accusation.ok()) return Fail(console, accusation.status(), kExitNotVerified);
  const absl::StatusOr<Judgement> judgement = Judge(*accusation, trust->keys());
  if (!judgement.ok()) return Fail(console, judgement.status(), kExitNotVerified);
  switch (judgement->verdict) {
    case Verdict::kForked:
      console.out << "THE ACCUSATION HOLDS: " << judgement->reason << "\n";
      return kExitOk;
    case Verdict::kConsistent:
      console.out << "it does not hold: " << judgement->reason << "\n";
      return kExitNotVerified;
    case Verdict::kUndecided:
      break;
  }
  console.out << "nothing is shown: " << judgement->reason << "\n";
  return kExitUndecided;
}

}  // namespace concordat::tools
