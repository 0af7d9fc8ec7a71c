#include "storage/case_store.h"

#include "base/status_macros.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {

absl::StatusOr<v1::CaseRecord> GetCase(const Reader& reader, std::string_view case_id) {
  return GetStored<v1::CaseRecord>(reader, Family::kCases, CaseKey(case_id), "case");
}

void PutCase(Writer& writer, const v1::CaseRecord& record) {
  writer.Put(Family::kCases, CaseKey(record.case_id()), record.SerializeAsString());
}

void AddCaseEvent(Writer& writer, std::string_view case_id, absl::Time occurred_at,
                  LeafIndex index) {
  writer.Put(Family::kCaseIndex, CaseEventKey(case_id, occurred_at, index), "");
}

absl::StatusOr<std::vector<CaseEventRef>> ListCaseEvents(const Reader& reader,
                                                         std::string_view case_id,
                                                         const CaseEventRef* after, size_t limit) {
  std::vector<CaseEventRef> events;
  if (limit == 0) return events;
  const std::string prefix = CaseEventsPrefix(case_id);
  // The least key above an event's is that key and a zero byte.
  const std::string begin =
      after == nullptr ? prefix : CaseEventKey(case_id, after->occurred_at, after->index) + '\0';
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kCaseIndex, begin, PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
        const absl::StatusOr<CaseEventKeyParts> parts = DecodeCaseEventKey(prefix, key);
        damage = parts.status();
        if (!damage.ok()) return false;
        events.push_back({parts->occurred_at, parts->index});
        return events.size() < limit;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return events;
}

void AddPersonToken(Writer& writer, std::string_view token, std::string_view case_id) {
  writer.Put(Family::kPersonIndex, PersonTokenKey(token, case_id), "");
}

void RemovePersonToken(Writer& writer, std::string_view token, std::string_view case_id) {
  writer.Delete(Family::kPersonIndex, PersonTokenKey(token, case_id));
}

absl::StatusOr<std::vector<std::string>> CasesOfToken(const Reader& reader,
                                                      std::string_view token) {
  std::vector<std::string> cases;
  const std::string prefix = PersonTokenPrefix(token);
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(Family::kPersonIndex, prefix, PrefixEnd(prefix),
                                        [&](std::string_view key, std::string_view) {
                                          cases.emplace_back(key.substr(prefix.size()));
                                          return true;
                                        }));
  return cases;
}

void MarkSuperseded(Writer& writer, LeafIndex index, LeafIndex by) {
  writer.Put(Family::kCaseIndex, SupersededKey(index), EncodeUint64(by.value));
}

absl::StatusOr<bool> IsSuperseded(const Reader& reader, LeafIndex index) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> by, SupersededBy(reader, index));
  return by.has_value();
}

absl::StatusOr<std::optional<LeafIndex>> SupersededBy(const Reader& reader, LeafIndex index) {
  const absl::StatusOr<std::string> by = reader.Get(Family::kCaseIndex, SupersededKey(index));
  if (absl::IsNotFound(by.status())) return std::optional<LeafIndex>();
  CONCORDAT_RETURN_IF_ERROR(by.status());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t value, DecodeUint64(*by));
  return std::optional<LeafIndex>(LeafIndex{value});
}

}  // namespace concordat::storage
