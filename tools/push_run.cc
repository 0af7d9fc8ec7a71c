#include "tools/push_run.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"

namespace concordat::tools {
PushRun::PushRun(Options options, LineReader* lines, PushReport* report, const Clock* clock)
    : options_(std::move(options)),
      lines_(lines),
      clock_(clock),
      last_progress_(clock->Now()),
      report_(report) {}

PushRun::Outcome PushRun::Run(const Open& open) {
  next_line_ = std::max<uint64_t>(1, options_.from_line);
  auto transport = open([this](const v1::PushResult& result) { OnResult(result); });
  if (!transport.ok()) return {transport.status(), next_line_, 0};
  const absl::Status sent = SendAll(transport->get());
  const absl::Status finished = (*transport)->Finish();

  absl::MutexLock lock(&mutex_);
  Outcome outcome;
  outcome.lines = taken_;
  outcome.go_on_from_line = pending_.empty() ? next_line_ : pending_.begin()->first;
  // What a result said goes first, then what ended the call; that the stream has ended is the least
  // of the reasons.
  outcome.status = !stopped_.ok() ? stopped_ : !finished.ok() ? finished : sent;
  if (outcome.status.ok() && !pending_.empty()) {
    outcome.status = absl::UnavailableError(
        StrCat("the stream ended with ", pending_.size(), " lines unanswered"));
  }
  const absl::Status synced = report_->Sync();
  if (outcome.status.ok()) outcome.status = synced;
  return outcome;
}

absl::Status PushRun::SendAll(PushTransport* transport) {
  while (std::optional<JsonLine> line = lines_->Next()) {
    if (line->number < next_line_) continue;
    ShowProgress();
    absl::StatusOr<v1::CaseEvent> event = ParseCaseEvent(*line);
    const uint64_t number = line->number;
    if (event.ok()) {
      CONCORDAT_RETURN_IF_ERROR(SendLine(*std::move(line), *std::move(event), transport));
    } else {
      absl::MutexLock lock(&mutex_);
      CONCORDAT_RETURN_IF_ERROR(report_->Reject(*line, event.status()));
    }
    next_line_ = number + 1;
    ++taken_;
  }
  return absl::OkStatus();
}

absl::Status PushRun::SendLine(JsonLine line, v1::CaseEvent event, PushTransport* transport) {
  v1::PushRequest request;
  *request.mutable_event() = std::move(event);
  request.set_purpose(options_.purpose);
  request.set_item(line.number);
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_.ok()) return stopped_;
    Pending& pending = pending_[line.number];
    pending.line = std::move(line);
    pending.sent_at = clock_->Now();
  }
  return transport->Send(request);
}

void PushRun::OnResult(const v1::PushResult& result) {
  const absl::Time now = clock_->Now();
  absl::MutexLock lock(&mutex_);
  const auto pending = pending_.find(result.item());
  if (pending == pending_.end()) {
    stopped_.Update(absl::InternalError(
        StrCat("item: got a result for ", result.item(), ", want one for a line that was sent")));
    return;
  }
  absl::Status reported;
  if (result.has_receipt()) {
    const Pending& sent = pending->second;
    reported = report_->Accept(result.item(), sent.sent_at, now - sent.sent_at, result.receipt());
  } else {
    const absl::Status error(static_cast<absl::StatusCode>(result.error().code()),
                             result.error().message());
    if (IsPassing(error)) {
      stopped_.Update(error);
      return;
    }
    reported = report_->Reject(pending->second.line, error);
  }
  stopped_.Update(reported);
  if (reported.ok()) pending_.erase(pending);
}

void PushRun::ShowProgress() {
  const absl::Time now = clock_->Now();
  if (!options_.on_progress || now - last_progress_ < absl::Seconds(1)) return;
  last_progress_ = now;
  absl::MutexLock lock(&mutex_);
  options_.on_progress(taken_, *report_);
}

}  // namespace concordat::tools
