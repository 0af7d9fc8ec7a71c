// Notices at each desk of each agency, numbered without gaps from 1, and which of them nobody has
// acknowledged yet.
#ifndef CONCORDAT_STORAGE_NOTICE_STORE_H_
#define CONCORDAT_STORAGE_NOTICE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/access.pb.h"
#include "concordat/v1/state.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// Gives the record's notice its desk's next sequence, stores it as unacknowledged and returns the
// sequence.
absl::StatusOr<uint64_t> RaiseNotice(Writer& writer, v1::NoticeRecord record);

// NOT_FOUND when the desk has no such notice.
absl::StatusOr<v1::NoticeRecord> GetNotice(const Reader& reader, std::string_view agency,
                                           v1::Desk desk, uint64_t sequence);

// Those with a sequence above `after`, ascending, at most `limit`.
absl::StatusOr<std::vector<v1::NoticeRecord>> ListUnacknowledgedNotices(
    const Reader& reader, std::string_view agency, v1::Desk desk, uint64_t after, size_t limit);

// NOT_FOUND when the desk has no such notice; OK and without effect when it is acknowledged
// already.
absl::Status AcknowledgeNotice(Writer& writer, std::string_view agency, v1::Desk desk,
                               uint64_t sequence);

struct NoticeCounts {
  uint64_t last_sequence;  // 0: none was ever raised.
  uint64_t unacknowledged;
};
// One read, however many notices there are.
absl::StatusOr<NoticeCounts> CountNotices(const Reader& reader, std::string_view agency,
                                          v1::Desk desk);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_NOTICE_STORE_H_
