// The record of the alerts that were shown, and so the watcher's durable cursor: one JSON object a
// line, starting with {"sequence":N, in rising order of N.
//
// An alert counts as shown when its whole line is on disk, synced. A crash at any byte leaves whole
// lines and at most one torn one at the end, which the next Open cuts off: that alert is sent again
// and nothing is shown twice.
#ifndef CONCORDAT_TOOLS_ALERT_JOURNAL_H_
#define CONCORDAT_TOOLS_ALERT_JOURNAL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace concordat::tools {

// Not thread-safe.
class AlertJournal {
 public:
  // Makes the file when it is missing. FAILED_PRECONDITION when another watcher has it open;
  // DATA_LOSS when its last whole line is not such a line: then it is not a journal, and nothing in
  // it is touched. Reads only the end of the file.
  static absl::StatusOr<std::unique_ptr<AlertJournal>> Open(const std::string& path);
  ~AlertJournal();
  AlertJournal(const AlertJournal&) = delete;
  AlertJournal& operator=(const AlertJournal&) = delete;

  // The sequence of the last whole line; 0 when there is none.
  uint64_t shown_through() const { return shown_through_; }

  // Adds {"sequence":N,<members>} and returns when it is durable. `members` are JSON members
  // without a line end. INVALID_ARGUMENT unless sequence is above shown_through. After another
  // error the line may stand in part, and the journal takes no more.
  absl::Status Append(uint64_t sequence, std::string_view members);

 private:
  AlertJournal(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  absl::Status Recover();

  const int fd_;
  const std::string path_;
  uint64_t shown_through_ = 0;
  bool broken_ = false;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_ALERT_JOURNAL_H_
