#include <fstream>
#include <string>
#include <vector>

#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/json_lines.h"
#include "tools/policy.h"
#include "tools/policy_book.h"
#include "tools/policy_corpus.h"
#include "tools/policy_diff.h"
#include "tools/policy_words.h"

namespace concordat::tools {
namespace {

CommandHelp Help() {
  return {
      "concordat policy diff OLD NEW [--corpus FILE.jsonl] [--case-flag FLAG ...]",
      "Says what the new release policy would give that the old one did not, then what no longer,\n"
      "by role, class, capacity and condition, with the events and purposes gained and lost. Over\n"
      "a corpus of events, one in JSON a line, also how many fields of how many events change.\n"
      "Exit code 0: nothing changes; 6: something changes, and nobody is given more; 7: somebody\n"
      "is given more; 1: a file could not be read.",
      "concordat policy diff release-policy.textproto proposed.textproto \\\n"
      "    --corpus police-incidents.jsonl --case-flag high-risk",
      2, 2};
}

// Lines that are no event are told and passed over, as a push passes over them.
absl::Status AddLines(const std::string& path, PolicyCorpus* corpus, const Console& console) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(StrCat(path, ": can't be opened"));
  LineReader reader(&in);
  while (const auto line = reader.Next()) {
    const absl::StatusOr<v1::CaseEvent> event = ParseCaseEvent(*line);
    if (event.ok()) {
      corpus->Add(*event);
    } else {
      console.err << path << ":" << line->number << ": " << event.status().message() << "\n";
    }
  }
  if (corpus->events() == 0) return FieldError(StrCat("--corpus ", path), "no event", "some");
  return absl::OkStatus();
}

void Print(const std::string& head, const char* mark, const std::vector<std::string>& texts,
           const Console& console) {
  if (texts.empty()) return;
  console.out << head << " (" << texts.size() << ")\n";
  for (const std::string& text : texts) console.out << mark << text << "\n";
}

void Print(const PolicyDiff& diff, const Console& console) {
  if (diff.empty()) console.out << "Nothing changes.\n";
  Print("!! NEWLY RELEASED", "!! ", diff.more, console);
  Print("No longer released, or less of it", "   ", diff.less, console);
  Print("Otherwise changed", "   ", diff.other, console);
}

std::string VersionText(const char* head, const std::string& path, const PolicyBook& book) {
  return StrCat(head, path, ", version ", book.engine().version(), ", digest ",
                DigestText(book.engine()), "\n");
}

}  // namespace

int RunPolicyDiff(const std::vector<std::string>& args, const Console& console) {
  std::string corpus_file;
  std::vector<std::string> flag_names;
  FlagTable table(Help());
  table.Text("corpus", &corpus_file, "FILE.jsonl", "events to count the changes in")
      .TextList("case-flag", &flag_names, "FLAG",
                "of every event's case: child-enquiry-open, marac-referred, high-risk");
  std::vector<std::string> files;
  if (const auto exit_code = ParseOrExplain(table, args, &files, console)) return *exit_code;
  const absl::StatusOr<v1::CaseFlags> flags = ParseCaseFlags("--case-flag", flag_names);
  if (!flags.ok()) return Fail(console, flags.status(), kExitUsage);
  const absl::StatusOr<PolicyBook> before = PolicyBook::Load(files[0]);
  if (!before.ok()) return Fail(console, before.status(), kExitFailed);
  const absl::StatusOr<PolicyBook> after = PolicyBook::Load(files[1]);
  if (!after.ok()) return Fail(console, after.status(), kExitFailed);
  PolicyCorpus corpus(*before, *after, *flags);
  if (!corpus_file.empty()) {
    const absl::Status read = AddLines(corpus_file, &corpus, console);
    if (!read.ok()) return Fail(console, read, kExitFailed);
  }
  const PolicyDiff diff = DiffPolicies(*before, *after);
  console.out << VersionText("old: ", files[0], *before) << VersionText("new: ", files[1], *after);
  Print(diff, console);
  if (!corpus_file.empty()) {
    const std::string text = corpus.Text();
    console.out << "In " << corpus.events() << " events of " << corpus_file << ":\n"
                << (text.empty() ? "   nothing changes\n" : text);
  }
  if (!diff.more.empty()) return kExitMoreReleased;
  return diff.empty() ? kExitOk : kExitChanged;
}

}  // namespace concordat::tools
