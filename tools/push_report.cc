#include "tools/push_report.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/append_file.h"
#include "tools/json_text.h"

namespace concordat::tools {
namespace {

constexpr size_t kDigestDigits = 64;

// "event.persons[1].full_name" -> "event.persons[].full_name", and digests left out: what many
// rejected lines have in common.
std::string InCommon(const std::string& text) {
  std::string shown;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digits = std::min(text.find_first_not_of("0123456789abcdef", i), text.size()) - i;
    if (digits == kDigestDigits) {
      shown += "...";
      i += digits - 1;
      continue;
    }
    if (text[i] == ']') inside = false;
    if (!inside) shown.push_back(text[i]);
    if (text[i] == '[') inside = true;
  }
  return shown;
}

}  // namespace

ErrorParts SplitFieldError(const std::string& message) {
  const size_t got = message.find(": got ");
  const size_t want = message.rfind(", want ");
  if (got == std::string::npos || want == std::string::npos || want < got + 6) return {};
  return {message.substr(0, got), message.substr(got + 6, want - got - 6),
          message.substr(want + 7)};
}

absl::StatusOr<std::unique_ptr<PushReport>> PushReport::Open(const std::string& receipts_path,
                                                             const std::string& rejects_path) {
  CONCORDAT_ASSIGN_OR_RETURN(const int receipts, OpenForAppend(receipts_path));
  const absl::StatusOr<int> rejects = OpenForAppend(rejects_path);
  if (!rejects.ok()) {
    close(receipts);
    return rejects.status();
  }
  return absl::WrapUnique(new PushReport(receipts, *rejects, receipts_path, rejects_path));
}

PushReport::PushReport(int receipts, int rejects, std::string receipts_path,
                       std::string rejects_path)
    : receipts_(receipts),
      rejects_(rejects),
      receipts_path_(std::move(receipts_path)),
      rejects_path_(std::move(rejects_path)) {}

PushReport::~PushReport() {
  close(receipts_);
  close(rejects_);
}

absl::Status PushReport::Accept(uint64_t line, absl::Time sent_at, absl::Duration round_trip,
                                const v1::Receipt& receipt) {
  ++accepted_;
  leaves_.insert(receipt.leaf_index());
  return WriteAll(
      receipts_,
      StrCat("{\"line\":", line, ",\"sentAt\":\"", Timestamp(sent_at),
             "\",\"roundTripMs\":", absl::StrFormat("%.3f", absl::ToDoubleMilliseconds(round_trip)),
             ",\"receipt\":", JsonOf(receipt), "}\n"),
      receipts_path_);
}

absl::Status PushReport::Reject(const JsonLine& line, const absl::Status& why) {
  ++rejected_;
  const std::string message(why.message());
  const ErrorParts parts = SplitFieldError(message);
  const std::string code = absl::StatusCodeToString(why.code());
  ++reasons_[InCommon(parts.field.empty() ? StrCat(code, ": ", message)
                                          : StrCat(parts.field, ": want ", parts.want))];
  return WriteAll(rejects_,
                  StrCat("{\"line\":", line.number, ",\"code\":\"", code, "\",\"field\":",
                         JsonString(parts.field), ",\"got\":", JsonString(parts.got),
                         ",\"want\":", JsonString(parts.want), ",\"message\":", JsonString(message),
                         ",\"text\":", JsonString(line.text), "}\n"),
                  rejects_path_);
}

absl::Status PushReport::Sync() {
  CONCORDAT_RETURN_IF_ERROR(SyncFile(receipts_, receipts_path_));
  return SyncFile(rejects_, rejects_path_);
}

}  // namespace concordat::tools
