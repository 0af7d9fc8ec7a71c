#include "tools/push.h"

#include <fstream>

#include "absl/strings/str_format.h"
#include "base/field_error.h"
#include "base/str_cat.h"
#include "tools/connection.h"
#include "tools/exit_codes.h"
#include "tools/json_lines.h"
#include "tools/purposes.h"
#include "tools/push_report.h"
#include "tools/push_run.h"
#include "tools/push_transport.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat push FILE.jsonl --to SERVICE --purpose PURPOSE --server HOST:PORT [flags]",
      "Sends the events of FILE, one JSON object a line (protobuf's JSON mapping of CaseEvent).\n"
      "Every line ends as accepted, with a receipt, or as rejected, with field, got and want; a\n"
      "broken line never stops the rest. Running it again is safe: an event that is in the log\n"
      "already gets the same receipt.\n"
      "Exit code 0: all accepted; 3: some rejected; 1: stopped, and says from which line to go on.",
      "concordat push export.jsonl --to police --purpose law-enforcement --server "
      "concordat.example:7443 \\\n"
      "    --server-id spiffe://lancashire.concordat.test/agency/svc-police/police \\\n"
      "    --cert records.crt --key records.key --ca ca.crt",
      1, 1};
}

struct PushFlags {
  ConnectionFlags connection;
  std::string to;
  std::string purpose;
  std::string receipts;
  std::string rejects;
  uint64_t from_line = 1;
  bool quiet = false;
};

double PerSecond(uint64_t count, absl::Duration time) {
  const double seconds = absl::ToDoubleSeconds(time);
  return seconds > 0 ? count / seconds : 0;
}

void PrintSummary(const Console& console, const PushFlags& flags, const PushRun::Outcome& outcome,
                  const PushReport& report, absl::Duration took) {
  const std::string repeated =
      report.repeated() == 0 ? "" : StrCat(" (", report.repeated(), " of them a second time)");
  console.out << absl::StrFormat("%d lines: %d accepted%s, %d rejected, in %.2f s (%.0f lines/s)\n",
                                 outcome.lines, report.accepted(), repeated, report.rejected(),
                                 absl::ToDoubleSeconds(took), PerSecond(outcome.lines, took));
  for (const auto& [reason, count] : report.reasons()) {
    console.out << "  rejected " << count << ": " << reason << "\n";
  }
  console.out << "receipts: " << flags.receipts;
  if (report.rejected() > 0) console.out << "  rejects: " << flags.rejects;
  console.out << "\n";
}

}  // namespace

int RunPush(const std::vector<std::string>& args, const Console& console) {
  PushFlags flags;
  FlagTable table(Help());
  table.RequiredText("to", &flags.to, "SERVICE", "police, social, marac or victim")
      .RequiredText("purpose", &flags.purpose, "PURPOSE", "why, such as law-enforcement");
  flags.connection.AddTo(&table);
  table.Text("receipts", &flags.receipts, "FILE", "adds receipts to FILE (FILE.jsonl.receipts)")
      .Text("rejects", &flags.rejects, "FILE", "adds rejected lines to FILE (FILE.jsonl.rejects)")
      .Number("from-line", &flags.from_line, "passes over the lines before this one")
      .Switch("quiet", &flags.quiet, "shows no progress");
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  if (flags.receipts.empty()) flags.receipts = arguments[0] + ".receipts";
  if (flags.rejects.empty()) flags.rejects = arguments[0] + ".rejects";
  const auto purpose = ParsePurpose(flags.purpose);
  if (!purpose.ok()) return Fail(console, purpose.status(), kExitUsage);

  std::ifstream file(arguments[0], std::ios::binary);
  if (!file) {
    return Fail(console, absl::NotFoundError(arguments[0] + ": can't be read"), kExitFailed);
  }
  const auto channel = OpenChannel(flags.connection);
  if (!channel.ok()) return Fail(console, channel.status(), kExitFailed);
  const auto report = PushReport::Open(flags.receipts, flags.rejects);
  if (!report.ok()) return Fail(console, report.status(), kExitFailed);

  const absl::Time start = console.clock.Now();
  PushRun::Options options{*purpose, flags.from_line, nullptr};
  if (!flags.quiet) {
    options.on_progress = [&](uint64_t lines, const PushReport& so_far) {
      console.err << absl::StrFormat("  %d lines, %d accepted, %d rejected, %.0f lines/s\n", lines,
                                     so_far.accepted(), so_far.rejected(),
                                     PerSecond(lines, console.clock.Now() - start));
    };
  }
  LineReader lines(&file);
  PushRun run(std::move(options), &lines, report->get(), &console.clock);
  const PushRun::Outcome outcome = run.Run([&](PushTransport::OnResult on_result) {
    return OpenPush(flags.to, *channel, std::move(on_result));
  });
  if (absl::IsInvalidArgument(outcome.status) && outcome.lines == 0) {
    return Fail(console, outcome.status, kExitUsage);
  }
  PrintSummary(console, flags, outcome, **report, console.clock.Now() - start);
  if (!outcome.status.ok()) {
    console.err << "stopped at line " << outcome.go_on_from_line << "; go on with --from-line "
                << outcome.go_on_from_line << ", or run it again as a whole, which is safe\n";
    return Fail(console, outcome.status, kExitFailed);
  }
  return (*report)->rejected() > 0 ? kExitSomeRejected : kExitOk;
}

}  // namespace concordat::tools
