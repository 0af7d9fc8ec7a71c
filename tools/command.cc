#include "tools/command.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/suggest.h"

namespace concordat::tools {
namespace {

constexpr char kHead[] =
    "concordat: exchange of domestic abuse case events between agencies, from the command line.\n"
    "\nUsage:\n  concordat COMMAND [arguments] [flags]\n\nCommands:\n";

constexpr char kTail[] =
    "\nEach command explains itself: concordat push --help\n"
    "\nExit codes: 0 done; 1 failed (no connection, refused call, unreadable file); 2 wrong "
    "usage;\n"
    "3 some lines rejected; 4 not verified; 5 neither shown nor refuted;\n"
    "6 a policy changes; 7 a policy gives somebody more.\n";

std::string Overview(const std::vector<Command>& commands) {
  std::string text = kHead;
  size_t width = 0;
  for (const Command& command : commands) width = std::max(width, command.name.size());
  for (const Command& command : commands) {
    StrAppend(&text, "  ", command.name, std::string(width - command.name.size() + 2, ' '),
              command.summary, "\n");
  }
  return text + kTail;
}

// How many of `args` spell the command's name; 0 when they don't.
size_t WordsMatched(const Command& command, const std::vector<std::string>& args) {
  const std::vector<std::string> words = absl::StrSplit(command.name, ' ');
  if (args.size() < words.size()) return 0;
  return std::equal(words.begin(), words.end(), args.begin()) ? words.size() : 0;
}

int UnknownCommand(const std::vector<Command>& commands, const std::vector<std::string>& args,
                   const Console& console) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  const size_t words = std::min<size_t>(2, args.size());
  std::string word = absl::StrJoin(args.begin(), args.begin() + words, " ");
  std::string nearest = Nearest(word, names);
  if (nearest.empty()) nearest = Nearest(args[0], names);
  // A first word with several second ones, such as "pki".
  for (size_t i = 0; nearest.empty() && i < names.size(); ++i) {
    if (names[i].rfind(args[0] + " ", 0) == 0) nearest = names[i];
  }
  console.err << "concordat: got the command \"" << args[0] << "\""
              << (nearest.empty() ? "" : StrCat(", want perhaps \"", nearest, "\""))
              << "; concordat --help lists all\n";
  return kExitUsage;
}

}  // namespace

std::optional<int> ParseOrExplain(const FlagTable& table, const std::vector<std::string>& args,
                                  std::vector<std::string>* arguments, const Console& console) {
  if (FlagTable::WantsHelp(args)) {
    console.out << table.Help();
    return kExitOk;
  }
  absl::StatusOr<std::vector<std::string>> parsed = table.Parse(args);
  if (!parsed.ok()) {
    console.err << "concordat: " << parsed.status().message() << "\n(--help explains)\n";
    return kExitUsage;
  }
  *arguments = *std::move(parsed);
  return std::nullopt;
}

int Fail(const Console& console, const absl::Status& status, int exit_code) {
  console.err << "concordat: " << absl::StatusCodeToString(status.code()) << ": "
              << status.message() << "\n";
  return exit_code;
}

int RunCommandLine(const std::vector<Command>& commands, const std::vector<std::string>& args,
                   const Console& console) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h" || args[0] == "help") {
    (args.empty() ? console.err : console.out) << Overview(commands);
    return args.empty() ? kExitUsage : kExitOk;
  }
  const Command* chosen = nullptr;
  size_t chosen_words = 0;
  for (const Command& command : commands) {
    const size_t words = WordsMatched(command, args);
    if (words > chosen_words) {
      chosen = &command;
      chosen_words = words;
    }
  }
  if (chosen == nullptr) return UnknownCommand(commands, args, console);
  return chosen->run({args.begin() + chosen_words, args.end()}, console);
}

}  // namespace concordat::tools
