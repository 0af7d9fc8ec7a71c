// fault_writer DATA_DIR SIGNING_KEY BEFORE SWITCH FAULT: opens a log, appends, lets its file calls
// fail as FAULT says, appends again, and prints what the log answered:
//   ack NAME FIRST SIZE CHECKPOINT(base64)
//   head SIZE CHECKPOINT(base64)
//   refused ERROR
//   done
// BEFORE is "append" (the fault comes once the log is open) or "open". An operation that is refused
// is tried again, three times, under another name; then the process ends with 1.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "base/clock.h"
#include "base/str_cat.h"
#include "crypto/signed_note.h"
#include "storage/audit_log.h"
#include "storage/testing/promises.h"
#include "storage/testing/test_log.h"

namespace concordat::tests {
namespace {

constexpr int kAttempts = 4;

// Flushed line by line: the process may end at any of them.
void Say(const std::string& line) {
  std::fprintf(stdout, "%s\n", line.c_str());
  std::fflush(stdout);
}

std::string Describe(const storage::Committed& head) {
  return StrCat(head.tree_size.value, " ", absl::Base64Escape(head.checkpoint));
}

bool Append(storage::AuditLog& log, const std::string& name) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string tried = StrCat(name, "-", attempt);
    const auto answer = storage::Commit(log, storage::Promises::Operation(tried));
    Say(StrCat("head ", Describe(log.Head())));
    if (answer.ok()) {
      Say(StrCat("ack ", tried, " ", answer->first.value, " ", Describe(*answer)));
      return true;
    }
    Say(StrCat("refused ", answer.status().ToString()));
  }
  return false;
}

std::unique_ptr<storage::AuditLog> Open(const std::string& data_dir, const std::string& key) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto log = storage::AuditLog::Open({data_dir, *crypto::NoteSigner::Parse(key), &Clock::Real()});
    if (log.ok()) return *std::move(log);
    Say(StrCat("refused ", log.status().ToString()));
  }
  return nullptr;
}

int Run(const std::string& data_dir, const std::string& key, bool before_open,
        const std::string& fault_switch, const std::string& fault) {
  const auto arm = [&] { std::ofstream(fault_switch) << fault; };
  if (before_open) arm();
  const std::unique_ptr<storage::AuditLog> log = Open(data_dir, key);
  if (log == nullptr) return 1;
  if (!before_open) {
    if (!Append(*log, "before")) return 1;
    arm();
  }
  if (!Append(*log, "during")) return 1;
  unlink(fault_switch.c_str());
  if (!Append(*log, "after")) return 1;
  Say("done");
  return 0;
}

}  // namespace
}  // namespace concordat::tests

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  return concordat::tests::Run(argv[1], argv[2], std::string(argv[3]) == "open", argv[4], argv[5]);
}
