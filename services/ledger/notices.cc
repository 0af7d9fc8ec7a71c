#include "services/ledger/notices.h"

#include <algorithm>

#include "base/status_macros.h"
#include "storage/notice_store.h"

namespace concordat::services {

void NoticeNumbers::Taken(const v1::Notice& notice) {
  uint64_t& last = last_[{notice.agency(), notice.desk()}];
  last = std::max(last, notice.sequence());
}

absl::StatusOr<uint64_t> NoticeNumbers::Next(const std::string& agency, v1::Desk desk) {
  const auto [last, first_of_desk] = last_.try_emplace({agency, desk}, 0);
  if (first_of_desk) {
    CONCORDAT_ASSIGN_OR_RETURN(const storage::NoticeCounts counts,
                               storage::CountNotices(*reader_, agency, desk));
    last->second = counts.last_sequence;
  }
  return ++last->second;
}

absl::Status AddNotice(v1::Notice notice, NoticeNumbers* numbers, v1::LogEntry* entry) {
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence,
                             numbers->Next(notice.agency(), notice.desk()));
  notice.set_sequence(sequence);
  *entry->add_notices() = std::move(notice);
  return absl::OkStatus();
}

}  // namespace concordat::services
