// What became of each pushed line: receipts and rejects, one JSON object a line.
//
//   receipts  {"line":3,"sentAt":"...","roundTripMs":1.25,"receipt":{...Receipt...}}
//   rejects   {"line":4,"code":"INVALID_ARGUMENT","field":"event.occurred_at","got":"...",
//              "want":"...","message":"...","text":"the line as it came"}
//
// Both files are added to, never overwritten, and readable by their owner alone: rejects repeat the
// line with its personal data.
#ifndef CONCORDAT_TOOLS_PUSH_REPORT_H_
#define CONCORDAT_TOOLS_PUSH_REPORT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/exchange.pb.h"
#include "tools/json_lines.h"

namespace concordat::tools {

// The parts of a field error; all in `field` empty when the text has another shape.
struct ErrorParts {
  std::string field;
  std::string got;
  std::string want;
};
ErrorParts SplitFieldError(const std::string& message);

// Not thread-safe.
class PushReport {
 public:
  // NOT_FOUND and the like, naming the path, when a file can't be opened for adding.
  static absl::StatusOr<std::unique_ptr<PushReport>> Open(const std::string& receipts_path,
                                                          const std::string& rejects_path);
  ~PushReport();
  PushReport(const PushReport&) = delete;
  PushReport& operator=(const PushReport&) = delete;

  absl::Status Accept(uint64_t line, absl::Time sent_at, absl::Duration round_trip,
                      const v1::Receipt& receipt);
  absl::Status Reject(const JsonLine& line, const absl::Status& why);
  // Both files durable.
  absl::Status Sync();

  uint64_t accepted() const { return accepted_; }
  // Of those, how many have the receipt of an earlier line of this run: the same event again.
  uint64_t repeated() const { return accepted_ - leaves_.size(); }
  uint64_t rejected() const { return rejected_; }
  // How many were rejected for each "field, want", list indices and digests left out.
  const std::map<std::string, uint64_t>& reasons() const { return reasons_; }

 private:
  PushReport(int receipts, int rejects, std::string receipts_path, std::string rejects_path);

  const int receipts_;
  const int rejects_;
  const std::string receipts_path_;
  const std::string rejects_path_;
  uint64_t accepted_ = 0;
  uint64_t rejected_ = 0;
  std::unordered_set<uint64_t> leaves_;
  std::map<std::string, uint64_t> reasons_;
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PUSH_REPORT_H_
