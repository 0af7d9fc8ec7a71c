#include "tools/alert_journal.h"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/numbers.h"
#include "base/field_error.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "tools/append_file.h"

namespace concordat::tools {
namespace {

constexpr std::string_view kLineStart = "{\"sequence\":";
constexpr off_t kBlockBytes = 65536;

// The offset after the last line end before `end`; 0 when there is none.
absl::StatusOr<off_t> LineStartBefore(int fd, off_t end, const std::string& path) {
  std::string block;
  while (end > 0) {
    const off_t begin = std::max<off_t>(0, end - kBlockBytes);
    block.resize(end - begin);
    const ssize_t got = pread(fd, block.data(), block.size(), begin);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(path);
    if (got != end - begin) return absl::DataLossError(path + ": changed while it was read");
    const size_t newline = block.rfind('\n');
    if (newline != std::string::npos) return begin + static_cast<off_t>(newline) + 1;
    end = begin;
  }
  return 0;
}

// The sequence of a whole line, without its line end.
absl::StatusOr<uint64_t> SequenceOf(std::string_view line, const std::string& path) {
  uint64_t sequence = 0;
  const bool starts = line.substr(0, kLineStart.size()) == kLineStart;
  const size_t digits_end =
      starts ? line.find_first_not_of("0123456789", kLineStart.size()) : std::string_view::npos;
  if (digits_end == std::string_view::npos ||
      !absl::SimpleAtoi(ToAbsl(line.substr(kLineStart.size(), digits_end - kLineStart.size())),
                        &sequence) ||
      sequence == 0 || (line[digits_end] != ',' && line[digits_end] != '}') || line.back() != '}') {
    return absl::DataLossError(
        StrCat(path, ": got a last line that is no alert, want the journal of alerts watch"));
  }
  return sequence;
}

}  // namespace

absl::StatusOr<std::unique_ptr<AlertJournal>> AlertJournal::Open(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const int fd, OpenForAppend(path));
  auto journal = absl::WrapUnique(new AlertJournal(fd, path));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(path + ": got a journal in use by another watcher");
  }
  CONCORDAT_RETURN_IF_ERROR(journal->Recover());
  return journal;
}

AlertJournal::~AlertJournal() { close(fd_); }

absl::Status AlertJournal::Recover() {
  const off_t size = lseek(fd_, 0, SEEK_END);
  if (size < 0) return ErrnoStatus(path_);
  CONCORDAT_ASSIGN_OR_RETURN(const off_t whole, LineStartBefore(fd_, size, path_));
  if (whole > 0) {
    CONCORDAT_ASSIGN_OR_RETURN(const off_t begin, LineStartBefore(fd_, whole - 1, path_));
    std::string line(whole - 1 - begin, '\0');
    if (pread(fd_, line.data(), line.size(), begin) != static_cast<ssize_t>(line.size())) {
      return ErrnoStatus(path_);
    }
    CONCORDAT_ASSIGN_OR_RETURN(shown_through_, SequenceOf(line, path_));
  } else if (size > 0) {
    // A file without a whole line is ours only if it is a torn first line.
    std::string head(std::min<off_t>(size, kLineStart.size()), '\0');
    if (pread(fd_, head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()) ||
        kLineStart.substr(0, head.size()) != head) {
      return SequenceOf("", path_).status();
    }
  }
  if (whole < size && ftruncate(fd_, whole) != 0) return ErrnoStatus(path_);
  CONCORDAT_RETURN_IF_ERROR(SyncFile(fd_, path_));
  return SyncDirectoryOf(path_);
}

absl::Status AlertJournal::Append(uint64_t sequence, std::string_view members) {
  if (broken_) return absl::FailedPreconditionError(path_ + ": an earlier write failed");
  if (sequence <= shown_through_) {
    return FieldError("sequence", StrCat(sequence), StrCat("one above ", shown_through_));
  }
  const std::string line = StrCat(kLineStart, sequence, members.empty() ? "" : ",", members, "}\n");
  absl::Status status = WriteAll(fd_, line, path_);
  if (status.ok()) status = SyncFile(fd_, path_);
  if (!status.ok()) {
    broken_ = true;
    return status;
  }
  shown_through_ = sequence;
  return absl::OkStatus();
}

}  // namespace concordat::tools
