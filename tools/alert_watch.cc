#include "tools/alert_watch.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

constexpr absl::Duration kBackoffFirst = absl::Milliseconds(100);
constexpr absl::Duration kBackoffMax = absl::Seconds(5);

}  // namespace

AlertWatch::AlertWatch(Options options, AlertJournal* journal, const Clock* clock)
    : options_(std::move(options)), journal_(journal), clock_(clock) {}

absl::Status AlertWatch::Take(const v1::WatchAlertsItem& item) {
  if (item.has_alert()) return TakeAlert(item.alert());
  if (item.has_heartbeat()) {
    if (options_.beat) options_.beat(item.heartbeat());
    if (options_.until_caught_up) done_ = true;
  }
  return absl::OkStatus();
}

absl::Status AlertWatch::TakeAlert(const v1::Alert& alert) {
  if (alert.sequence() <= journal_->shown_through()) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(journal_->Append(
      alert.sequence(),
      StrCat("\"shownAt\":\"", Timestamp(clock_->Now()), "\",\"alert\":", JsonOf(alert))));
  if (options_.show) options_.show(alert);
  ++alerts_;
  if (options_.max > 0 && alerts_ >= options_.max) done_ = true;
  return absl::OkStatus();
}

bool WorthAnotherTry(const absl::Status& ended) {
  switch (ended.code()) {
    case absl::StatusCode::kOk:  // The service closed the stream, such as when it drains.
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:  // gRPC's word for a stream that was cut.
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

absl::Duration BackoffBefore(int attempt, double random) {
  absl::Duration wait = kBackoffFirst;
  for (int i = 0; i < attempt && wait < kBackoffMax; ++i) wait *= 2;
  return std::min(wait, kBackoffMax) * (1 - random / 2);
}

}  // namespace concordat::tools
