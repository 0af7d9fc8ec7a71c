// The run of one push: every line ends as accepted, as rejected, or as the place to go on from.
#ifndef CONCORDAT_TOOLS_PUSH_RUN_H_
#define CONCORDAT_TOOLS_PUSH_RUN_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "concordat/v1/exchange.pb.h"
#include "tools/json_lines.h"
#include "tools/push_report.h"
#include "tools/push_transport.h"

namespace concordat::tools {

class PushRun {
 public:
  struct Options {
    v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
    uint64_t from_line = 1;  // Lines before it are passed over.
    // Called about once a second from the sending thread.
    std::function<void(uint64_t lines, const PushReport& report)> on_progress;
  };
  struct Outcome {
    absl::Status status;           // OK: every line was accepted or rejected.
    uint64_t go_on_from_line = 0;  // Otherwise: the first line that was neither.
    uint64_t lines = 0;            // Sent or rejected here.
  };
  // Opens the transport with the run's receiver of results.
  using Open =
      std::function<absl::StatusOr<std::unique_ptr<PushTransport>>(PushTransport::OnResult)>;

  // All pointers outlive the run.
  PushRun(Options options, LineReader* lines, PushReport* report, const Clock* clock);

  // Sends everything, in order. A line that is no event is rejected here and never sent. Call
  // once.
  Outcome Run(const Open& open);

 private:
  struct Pending {
    JsonLine line;
    absl::Time sent_at;
  };

  absl::Status SendAll(PushTransport* transport);
  absl::Status SendLine(JsonLine line, v1::CaseEvent event, PushTransport* transport);
  void OnResult(const v1::PushResult& result);
  void ShowProgress();

  const Options options_;
  LineReader* const lines_;
  const Clock* const clock_;
  uint64_t next_line_ = 1;
  uint64_t taken_ = 0;
  absl::Time last_progress_;
  absl::Mutex mutex_;
  PushReport* const report_ ABSL_PT_GUARDED_BY(mutex_);
  std::map<uint64_t, Pending> pending_ ABSL_GUARDED_BY(mutex_);  // By line number.
  absl::Status stopped_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat::tools

#endif  // CONCORDAT_TOOLS_PUSH_RUN_H_
