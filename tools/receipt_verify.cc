#include "tools/receipt_verify.h"

#include "tools/exit_codes.h"
#include "tools/log_trust.h"
#include "tools/receipt.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {"concordat receipt verify FILE (--log-key log.pub | --policy FILE)",
          "Checks the receipts in FILE, as push writes them, without any connection: that the\n"
          "checkpoint is signed by one of the log's keys (or as the policy demands), and that the "
          "proof\n"
          "leads from the event's leaf and index to the signed root.\n"
          "Exit code 0: all hold; 4: one does not, and its line and what failed are named.",
          "concordat receipt verify export.jsonl.receipts --log-key log.pub", 1, 1};
}

}  // namespace

int RunReceiptVerify(const std::vector<std::string>& args, const Console& console) {
  TrustFlags flags;
  FlagTable table(Help());
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  const absl::StatusOr<LogTrust> trust = flags.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), flags.Complete() ? kExitFailed : kExitUsage);
  }
  uint64_t held = 0;
  uint64_t failed = 0;
  const absl::Status read =
      ForEachReceipt(arguments[0], [&](uint64_t line, const absl::StatusOr<v1::Receipt>& receipt) {
        const absl::Status status =
            receipt.ok() ? CheckReceipt(*receipt, *trust).status() : receipt.status();
        ++(status.ok() ? held : failed);
        if (!status.ok()) console.out << "line " << line << ": " << status.message() << "\n";
      });
  if (!read.ok()) return Fail(console, read, kExitFailed);
  console.out << held << " receipts hold, " << failed << " do not\n";
  return failed == 0 && held > 0 ? kExitOk : kExitNotVerified;
}

}  // namespace concordat::tools
