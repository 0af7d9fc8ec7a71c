// Alerts at each agency, numbered without gaps from 1, and which of them nobody has acknowledged
// yet.
#ifndef CONCORDAT_STORAGE_ALERT_STORE_H_
#define CONCORDAT_STORAGE_ALERT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/log.pb.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace concordat::storage {

// Sets the record's sequence to the agency's next, stores it as unacknowledged and returns the
// sequence.
absl::StatusOr<uint64_t> RaiseAlert(Writer& writer, std::string_view agency,
                                    v1::AlertRecord record);

// NOT_FOUND when the agency has no such alert.
absl::StatusOr<v1::AlertRecord> GetAlert(const Reader& reader, std::string_view agency,
                                         uint64_t sequence);

// Those with a sequence above `after`, ascending, at most `limit`.
absl::StatusOr<std::vector<v1::AlertRecord>> ListUnacknowledged(const Reader& reader,
                                                                std::string_view agency,
                                                                uint64_t after, size_t limit);
// Of all alerts, acknowledged or not.
absl::StatusOr<std::vector<v1::AlertRecord>> ListAlerts(const Reader& reader,
                                                        std::string_view agency, uint64_t after,
                                                        size_t limit);

// NOT_FOUND when the agency has no such alert; OK and without effect when it is acknowledged
// already.
absl::Status Acknowledge(Writer& writer, std::string_view agency, uint64_t sequence);

struct AlertCounts {
  uint64_t last_sequence;  // 0: none was ever raised.
  uint64_t unacknowledged;
};
// One read, however many alerts there are.
absl::StatusOr<AlertCounts> Counts(const Reader& reader, std::string_view agency);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_ALERT_STORE_H_
