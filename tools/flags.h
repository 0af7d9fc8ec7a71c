// The flags of one subcommand: a table that parses, checks and explains itself.
//
//   --name VALUE and --name=VALUE are the same; a switch takes no value; "--" ends the flags; a
//   flag that is not a list may stand once.
#ifndef CONCORDAT_TOOLS_FLAGS_H_
#define CONCORDAT_TOOLS_FLAGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat::tools {

struct CommandHelp {
  std::string usage;         // "concordat push FILE.jsonl [flags]".
  std::string summary;       // Sentences: what it does, what its exit codes say.
  std::string example;       // One or more whole command lines.
  size_t arguments_min = 0;  // How many arguments besides flags it wants.
  size_t arguments_max = 0;
};

// Not thread-safe. The variables that are bound outlive the table; each holds its default before
// Parse.
class FlagTable {
 public:
  explicit FlagTable(CommandHelp help) : help_(std::move(help)) {}

  // `placeholder` stands for the value in the help, such as "FILE".
  FlagTable& Text(std::string_view name, std::string* value, std::string_view placeholder,
                  std::string_view help);
  // The same, but Parse wants it given and not empty.
  FlagTable& RequiredText(std::string_view name, std::string* value, std::string_view placeholder,
                          std::string_view help);
  FlagTable& TextList(std::string_view name, std::vector<std::string>* values,
                      std::string_view placeholder, std::string_view help);
  FlagTable& Number(std::string_view name, uint64_t* value, std::string_view help);
  FlagTable& Switch(std::string_view name, bool* value, std::string_view help);

  // The arguments that are not flags, in order. INVALID_ARGUMENT, naming the flag, what came and
  // what was wanted: an unknown flag (with the nearest known one), a missing or unwanted value, no
  // number, a flag given twice, a required one not given, too few or too many arguments.
  absl::StatusOr<std::vector<std::string>> Parse(const std::vector<std::string>& args) const;

  // Whether --help or -h stands among `args` before "--".
  static bool WantsHelp(const std::vector<std::string>& args);
  std::string Help() const;

 private:
  enum class Kind { kText, kTextList, kNumber, kSwitch };
  struct Flag {
    std::string name;  // With its dashes.
    Kind kind;
    void* value;
    std::string placeholder;
    std::string help;
    bool required;
  };

  FlagTable& Add(std::string_view name, Kind kind, void* value, std::string_view placeholder,
                 std::string_view help, bool required);
  const Flag* Find(std::string_view name) const;
  absl::Status UnknownFlag(std::string_view name) const;
  static absl::Status Store(const Flag& flag, const std::string& text);

  CommandHelp help_;
  std::vector<Flag> flags_;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_FLAGS_H_
