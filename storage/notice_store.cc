#include "storage/notice_store.h"

#include <limits>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {
namespace {

void PutCounts(Writer& writer, std::string_view agency, v1::Desk desk, NoticeCounts counts) {
  writer.Put(Family::kNotices, NoticeCountsKey(agency, desk),
             StrCat(EncodeUint64(counts.last_sequence), EncodeUint64(counts.unacknowledged)));
}

}  // namespace

absl::StatusOr<uint64_t> RaiseNotice(Writer& writer, v1::NoticeRecord record) {
  const std::string agency = record.notice().agency();
  const v1::Desk desk = record.notice().desk();
  CONCORDAT_ASSIGN_OR_RETURN(NoticeCounts counts, CountNotices(writer, agency, desk));
  ++counts.last_sequence;
  ++counts.unacknowledged;
  record.mutable_notice()->set_sequence(counts.last_sequence);
  record.set_acknowledged(false);
  writer.Put(Family::kNotices, NoticeKey(agency, desk, counts.last_sequence),
             record.SerializeAsString());
  writer.Put(Family::kNotices, UnacknowledgedNoticeKey(agency, desk, counts.last_sequence), "");
  PutCounts(writer, agency, desk, counts);
  return counts.last_sequence;
}

absl::StatusOr<v1::NoticeRecord> GetNotice(const Reader& reader, std::string_view agency,
                                           v1::Desk desk, uint64_t sequence) {
  return GetStored<v1::NoticeRecord>(reader, Family::kNotices, NoticeKey(agency, desk, sequence),
                                     "notice");
}

absl::StatusOr<std::vector<v1::NoticeRecord>> ListUnacknowledgedNotices(
    const Reader& reader, std::string_view agency, v1::Desk desk, uint64_t after, size_t limit) {
  std::vector<uint64_t> sequences;
  if (limit == 0 || after == std::numeric_limits<uint64_t>::max()) {
    return std::vector<v1::NoticeRecord>();
  }
  const std::string prefix = UnacknowledgedNoticesPrefix(agency, desk);
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kNotices, StrCat(prefix, EncodeUint64(after + 1)), PrefixEnd(prefix),
      [&](std::string_view key, std::string_view) {
        const absl::StatusOr<uint64_t> sequence = DecodeUint64(key.substr(prefix.size()));
        damage = sequence.status();
        if (!damage.ok()) return false;
        sequences.push_back(*sequence);
        return sequences.size() < limit;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  std::vector<v1::NoticeRecord> records;
  records.reserve(sequences.size());
  for (const uint64_t sequence : sequences) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::NoticeRecord record, GetNotice(reader, agency, desk, sequence));
    records.push_back(std::move(record));
  }
  return records;
}

absl::Status AcknowledgeNotice(Writer& writer, std::string_view agency, v1::Desk desk,
                               uint64_t sequence) {
  CONCORDAT_ASSIGN_OR_RETURN(v1::NoticeRecord record, GetNotice(writer, agency, desk, sequence));
  if (record.acknowledged()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(NoticeCounts counts, CountNotices(writer, agency, desk));
  if (counts.unacknowledged == 0) {
    return absl::DataLossError("stored notice counts: got 0 unacknowledged beside one that is");
  }
  --counts.unacknowledged;
  record.set_acknowledged(true);
  writer.Put(Family::kNotices, NoticeKey(agency, desk, sequence), record.SerializeAsString());
  writer.Delete(Family::kNotices, UnacknowledgedNoticeKey(agency, desk, sequence));
  PutCounts(writer, agency, desk, counts);
  return absl::OkStatus();
}

absl::StatusOr<NoticeCounts> CountNotices(const Reader& reader, std::string_view agency,
                                          v1::Desk desk) {
  const absl::StatusOr<std::string> bytes =
      reader.Get(Family::kNotices, NoticeCountsKey(agency, desk));
  if (absl::IsNotFound(bytes.status())) return NoticeCounts{0, 0};
  CONCORDAT_RETURN_IF_ERROR(bytes.status());
  const std::string_view stored = *bytes;
  if (stored.size() != 2 * sizeof(uint64_t)) {
    return absl::DataLossError(
        StrCat("stored notice counts: got ", stored.size(), " bytes, want 16"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t last, DecodeUint64(stored.substr(0, 8)));
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t unacknowledged, DecodeUint64(stored.substr(8)));
  return NoticeCounts{last, unacknowledged};
}

}  // namespace concordat::storage
