#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "tools/audit.h"
#include "tools/audit_report.h"
#include "tools/audit_text.h"
#include "tools/exit_codes.h"
#include "tools/log_source_flags.h"
#include "tools/log_trust.h"
#include "tools/log_verifier.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat audit report QUESTION (--data-dir DIR | --export DIR | --server HOST:PORT ...)\n"
      "                       (--log-key log.pub | --policy FILE) [--from TIME] [--to TIME] "
      "[--json]",
      "Reads a log, proves it, and answers one question from it:\n"
      "  --subject ID          who saw, searched for or destroyed this person's record\n"
      "  --case ID             the same of a case\n"
      "  --actor SPIFFE_ID     what a workload, or all of an agency below that prefix, did\n"
      "  --recipient AGENCY    every disclosure to an agency\n"
      "  --refusals            everything refused\n"
      "  --erasures            requests, destructions, certificates and evidence holds\n"
      "  --grants              broken glass with its review, approvals, what was read by them\n"
      "  --practitioner SUB    what a person did\n"
      "Nothing is shown of a log that does not match what was signed.\n"
      "Exit code 0: answered; 4: the log is not as signed; 1: it could not be read.",
      "concordat audit report --recipient fcwa-victim-service --from 2026-11-01T00:00:00Z \\\n"
      "    --export /var/lib/auditor/log --log-key log.pub",
      0, 0};
}

struct ReportFlags {
  SourceFlags source;
  TrustFlags trust;
  std::string subject;
  std::string case_id;
  std::string actor;
  std::string recipient;
  bool refusals = false;
  bool erasures = false;
  bool grants = false;
  std::string practitioner;
  std::string from;
  std::string to;
  bool json = false;

  void AddTo(FlagTable* table) {
    table->Text("subject", &subject, "ID", "who saw this subject's record")
        .Text("case", &case_id, "ID", "who saw this case")
        .Text("actor", &actor, "SPIFFE_ID", "what it, or whoever is below it, did")
        .Text("recipient", &recipient, "AGENCY", "every disclosure to it")
        .Switch("refusals", &refusals, "everything refused")
        .Switch("erasures", &erasures, "erasures and evidence holds")
        .Switch("grants", &grants, "broken glass and approvals")
        .Text("practitioner", &practitioner, "SUB", "what this person did")
        .Text("from", &from, "TIME", "RFC 3339; entries recorded then or later")
        .Text("to", &to, "TIME", "RFC 3339; entries recorded before")
        .Switch("json", &json, "one JSON object an entry, and nothing else");
    source.AddTo(table, /*with_export=*/true);
    trust.AddTo(table);
  }
};

absl::Status ParseTime(const char* flag, const std::string& text, absl::Time* time) {
  std::string error;
  if (text.empty() || absl::ParseTime(absl::RFC3339_full, text, time, &error)) {
    return absl::OkStatus();
  }
  return FieldError(flag, "another form", "RFC 3339, such as 2026-11-24T00:00:00Z");
}

absl::StatusOr<AuditQuestion> QuestionOf(const ReportFlags& flags) {
  std::vector<AuditQuestion> asked;
  if (!flags.subject.empty()) asked.push_back({AuditAbout::kSubject, flags.subject});
  if (!flags.case_id.empty()) asked.push_back({AuditAbout::kCase, flags.case_id});
  if (!flags.actor.empty()) asked.push_back({AuditAbout::kActor, flags.actor});
  if (!flags.recipient.empty()) asked.push_back({AuditAbout::kRecipient, flags.recipient});
  if (flags.refusals) asked.push_back({AuditAbout::kRefusals, ""});
  if (flags.erasures) asked.push_back({AuditAbout::kErasures, ""});
  if (flags.grants) asked.push_back({AuditAbout::kGrants, ""});
  if (!flags.practitioner.empty()) {
    asked.push_back({AuditAbout::kPractitioner, flags.practitioner});
  }
  if (asked.size() != 1) {
    return FieldError(
        "QUESTION", StrCat(asked.size()),
        "one of --subject, --case, --actor, --recipient, --refusals, --erasures, --grants, "
        "--practitioner");
  }
  CONCORDAT_RETURN_IF_ERROR(ParseTime("--from", flags.from, &asked[0].from));
  CONCORDAT_RETURN_IF_ERROR(ParseTime("--to", flags.to, &asked[0].to));
  return asked[0];
}

struct Answer {
  std::vector<AuditRow> rows;
  std::string origin;
  uint64_t entries = 0;
};

absl::StatusOr<Answer> Ask(AuditQuestion question, const LogTrust& trust, LogSource& source) {
  CONCORDAT_ASSIGN_OR_RETURN(const LogSource::Head head, source.ReadHead());
  CONCORDAT_ASSIGN_OR_RETURN(const tlog::Checkpoint checkpoint,
                             trust.Open(head.checkpoint, "the head checkpoint"));
  LogVerifier verifier;
  CONCORDAT_RETURN_IF_ERROR(verifier.Expect(checkpoint, "the head checkpoint"));
  AuditReport report(std::move(question));
  CONCORDAT_RETURN_IF_ERROR(source.ReadEntries(
      0, checkpoint.size.value, [&](uint64_t, std::string_view stored) -> absl::Status {
        CONCORDAT_RETURN_IF_ERROR(verifier.Add(stored));
        v1::LogEntry entry;
        // LogVerifier has parsed it before.
        entry.ParseFromArray(stored.data(), static_cast<int>(stored.size()));
        return report.Add(entry);
      }));
  CONCORDAT_RETURN_IF_ERROR(verifier.Finish());
  return Answer{report.Rows(), checkpoint.origin, verifier.entries()};
}

}  // namespace

int RunAuditReport(const std::vector<std::string>& args, const Console& console) {
  ReportFlags flags;
  FlagTable table(Help());
  flags.AddTo(&table);
  std::vector<std::string> arguments;
  if (const auto exit_code = ParseOrExplain(table, args, &arguments, console)) return *exit_code;
  absl::StatusOr<AuditQuestion> question = QuestionOf(flags);
  if (!question.ok()) return Fail(console, question.status(), kExitUsage);
  const absl::Status usage = flags.source.Check();
  if (!usage.ok()) return Fail(console, usage, kExitUsage);
  const absl::StatusOr<LogTrust> trust = flags.trust.Load();
  if (!trust.ok()) {
    return Fail(console, trust.status(), flags.trust.Complete() ? kExitFailed : kExitUsage);
  }
  const auto source = flags.source.Open();
  if (!source.ok()) return Fail(console, source.status(), kExitFailed);
  const absl::StatusOr<Answer> answer = Ask(*std::move(question), *trust, **source);
  if (!answer.ok()) {
    return Fail(console, answer.status(),
                absl::IsDataLoss(answer.status()) ? kExitNotVerified : kExitFailed);
  }
  if (flags.json) {
    for (const AuditRow& row : answer->rows) console.out << AuditJson(row) << "\n";
    return kExitOk;
  }
  console.out << AuditTable(answer->rows) << answer->rows.size() << " of " << answer->entries
              << " entries answer; all " << answer->entries << " are as " << answer->origin
              << " signed\n";
  return kExitOk;
}

}  // namespace concordat::tools
