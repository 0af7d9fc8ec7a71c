#include "storage/alert_store.h"

#include <limits>
#include <string>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {
namespace {

void PutCounts(Writer& writer, std::string_view agency, AlertCounts counts) {
  writer.Put(Family::kAlerts, AlertCountsKey(agency),
             StrCat(EncodeUint64(counts.last_sequence), EncodeUint64(counts.unacknowledged)));
}

// The sequences above `after`, ascending, whose keys stand under `prefix`.
absl::StatusOr<std::vector<uint64_t>> Sequences(const Reader& reader, const std::string& prefix,
                                                uint64_t after, size_t limit) {
  std::vector<uint64_t> sequences;
  if (limit == 0 || after == std::numeric_limits<uint64_t>::max()) return sequences;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kAlerts, StrCat(prefix, EncodeUint64(after + 1)), PrefixEnd(prefix),
      [&](std::string_view key, std::string_view) {
        const absl::StatusOr<uint64_t> sequence = DecodeUint64(key.substr(prefix.size()));
        damage = sequence.status();
        if (!damage.ok()) return false;
        sequences.push_back(*sequence);
        return sequences.size() < limit;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return sequences;
}

absl::StatusOr<std::vector<v1::AlertRecord>> Records(const Reader& reader, std::string_view agency,
                                                     const std::vector<uint64_t>& sequences) {
  std::vector<v1::AlertRecord> records;
  records.reserve(sequences.size());
  for (const uint64_t sequence : sequences) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::AlertRecord record, GetAlert(reader, agency, sequence));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

absl::StatusOr<uint64_t> RaiseAlert(Writer& writer, std::string_view agency,
                                    v1::AlertRecord record) {
  CONCORDAT_ASSIGN_OR_RETURN(AlertCounts counts, Counts(writer, agency));
  ++counts.last_sequence;
  ++counts.unacknowledged;
  record.set_sequence(counts.last_sequence);
  record.set_acknowledged(false);
  writer.Put(Family::kAlerts, AlertKey(agency, counts.last_sequence), record.SerializeAsString());
  writer.Put(Family::kAlerts, UnacknowledgedAlertKey(agency, counts.last_sequence), "");
  PutCounts(writer, agency, counts);
  return counts.last_sequence;
}

absl::StatusOr<v1::AlertRecord> GetAlert(const Reader& reader, std::string_view agency,
                                         uint64_t sequence) {
  return GetStored<v1::AlertRecord>(reader, Family::kAlerts, AlertKey(agency, sequence), "alert");
}

absl::StatusOr<std::vector<v1::AlertRecord>> ListUnacknowledged(const Reader& reader,
                                                                std::string_view agency,
                                                                uint64_t after, size_t limit) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<uint64_t> sequences,
                             Sequences(reader, UnacknowledgedAlertsPrefix(agency), after, limit));
  return Records(reader, agency, sequences);
}

absl::StatusOr<std::vector<v1::AlertRecord>> ListAlerts(const Reader& reader,
                                                        std::string_view agency, uint64_t after,
                                                        size_t limit) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<uint64_t> sequences,
                             Sequences(reader, AlertsPrefix(agency), after, limit));
  return Records(reader, agency, sequences);
}

absl::Status Acknowledge(Writer& writer, std::string_view agency, uint64_t sequence) {
  CONCORDAT_ASSIGN_OR_RETURN(v1::AlertRecord record, GetAlert(writer, agency, sequence));
  if (record.acknowledged()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(AlertCounts counts, Counts(writer, agency));
  if (counts.unacknowledged == 0) {
    return absl::DataLossError("stored alert counts: got 0 unacknowledged beside one that is");
  }
  --counts.unacknowledged;
  record.set_acknowledged(true);
  writer.Put(Family::kAlerts, AlertKey(agency, sequence), record.SerializeAsString());
  writer.Delete(Family::kAlerts, UnacknowledgedAlertKey(agency, sequence));
  PutCounts(writer, agency, counts);
  return absl::OkStatus();
}

absl::StatusOr<AlertCounts> Counts(const Reader& reader, std::string_view agency) {
  const absl::StatusOr<std::string> bytes = reader.Get(Family::kAlerts, AlertCountsKey(agency));
  if (absl::IsNotFound(bytes.status())) return AlertCounts{0, 0};
  CONCORDAT_RETURN_IF_ERROR(bytes.status());
  const std::string_view stored = *bytes;
  if (stored.size() != 2 * sizeof(uint64_t)) {
    return absl::DataLossError(
        StrCat("stored alert counts: got ", stored.size(), " bytes, want 16"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(stored.substr(0, 8)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t unacknowledged, DecodeUint64(stored.substr(8)));
  return AlertCounts{last, unacknowledged};
}

}  // namespace concordat::storage
