#include "storage/reading_store.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "storage/key_schema.h"
#include "storage/stored_message.h"

namespace concordat::storage {
namespace {

uint64_t MinuteOf(absl::Time time) {
  return static_cast<uint64_t>(std::max<int64_t>(absl::ToUnixSeconds(time), 0) / 60);
}

uint64_t SecondOf(absl::Time time) {
  return static_cast<uint64_t>(std::max<int64_t>(absl::ToUnixSeconds(time), 0));
}

// Something of it was released, and it is not the reader's own.
bool IsGiven(const v1::LogEntry& entry, int position) {
  const v1::LogEntry::Disclosed& disclosed = entry.disclosed();
  const v1::LogEntry::Disclosed::Record& record = disclosed.records(position);
  if (record.released_classes() == 0) return false;
  const auto controller = static_cast<int>(record.controller());
  return controller < 0 || controller >= disclosed.controllers_size() ||
         disclosed.controllers(controller) != entry.actor().agency();
}

void ProjectDisclosed(Writer& writer, const v1::LogEntry& entry) {
  const v1::LogEntry::Disclosed& disclosed = entry.disclosed();
  if (!disclosed.has_page_read() && !disclosed.has_alerts_read()) return;
  const LeafIndex index{entry.index()};
  const std::string& agency = entry.actor().agency();
  const std::vector<std::string> cases = CasesOfRecords(entry);
  std::set<std::string> given;
  // An alert is given with its case, whatever may be seen of its event.
  if (disclosed.has_alerts_read()) given.insert(entry.case_ids().begin(), entry.case_ids().end());
  v1::ReadingRecord reading = ReadingIn(entry);
  for (int i = 0; i < disclosed.records_size(); ++i) {
    if (!IsGiven(entry, i)) continue;
    reading.set_case_id(cases[i]);
    const LeafIndex leaf{disclosed.records(i).leaf_index()};
    writer.Put(Family::kReadings, ReadingKey(leaf, index), reading.SerializeAsString());
    writer.Put(Family::kReadings, RecipientKey(leaf, agency, cases[i]), "");
    if (!cases[i].empty()) given.insert(cases[i]);
  }
  for (const std::string& case_id : given) {
    writer.Put(Family::kReadings, GivenKey(case_id, agency, index), "");
  }
  if (!disclosed.has_page_read()) return;
  for (const std::string& case_id : entry.case_ids()) {
    writer.Put(Family::kReadings,
               CaseReadKey(agency, ReaderOf(entry.actor()), MinuteOf(ToTime(entry.recorded_at())),
                           case_id),
               "");
  }
}

void ProjectWhereabouts(Writer& writer, const v1::LogEntry& entry) {
  if (!entry.collected().says_where_victim_lives()) return;
  const std::string told =
      StrCat(EncodeUint64(SecondOf(ToTime(entry.recorded_at()))), entry.actor().agency());
  for (const std::string& case_id : entry.case_ids()) {
    writer.Put(Family::kReadings, WhereaboutsKey(case_id, LeafIndex{entry.index()}), told);
  }
}

}  // namespace

void ProjectReadings(Writer& writer, const v1::LogEntry& entry) {
  if (entry.has_disclosed()) ProjectDisclosed(writer, entry);
  if (entry.has_collected()) ProjectWhereabouts(writer, entry);
}

std::vector<std::string> CasesOfRecords(const v1::LogEntry& entry) {
  const auto records = static_cast<size_t>(entry.disclosed().records_size());
  const std::set<std::string> different(entry.case_ids().begin(), entry.case_ids().end());
  if (different.size() == 1) return std::vector<std::string>(records, *different.begin());
  // Each alert adds its case and, where its event may be seen, a record.
  if (records != static_cast<size_t>(entry.case_ids_size())) {
    return std::vector<std::string>(records);
  }
  return {entry.case_ids().begin(), entry.case_ids().end()};
}

v1::ReadingRecord ReadingIn(const v1::LogEntry& entry) {
  v1::ReadingRecord reading;
  reading.set_agency(entry.actor().agency());
  reading.set_role(entry.actor().role());
  reading.set_practitioner(entry.actor().practitioner());
  reading.set_purpose(entry.purpose());
  *reading.mutable_read_at() = entry.recorded_at();
  reading.set_by_grant(entry.disclosed().grant_index() != 0);
  return reading;
}

std::vector<uint64_t> RecordsGiven(const v1::LogEntry& entry, std::string_view case_id) {
  const std::vector<std::string> cases = CasesOfRecords(entry);
  std::vector<uint64_t> records;
  for (int i = 0; i < entry.disclosed().records_size(); ++i) {
    if (IsGiven(entry, i) && cases[i] == case_id) {
      records.push_back(entry.disclosed().records(i).leaf_index());
    }
  }
  return records;
}

std::string ReaderOf(const v1::Actor& actor) {
  if (actor.practitioner().empty()) return StrCat("w\n", actor.spiffe_id());
  return StrCat("p\n", actor.practitioner_issuer(), "\n", actor.practitioner());
}

absl::Status VisitReadings(
    const Reader& reader, LeafIndex record,
    absl::FunctionRef<bool(LeafIndex disclosure, const v1::ReadingRecord& reading)> visit) {
  const std::string prefix = ReadingsPrefix(record);
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kReadings, prefix, PrefixEnd(prefix),
      [&](std::string_view key, std::string_view value) {
        const absl::StatusOr<LeafIndex> disclosure = DecodeNewestFirst(prefix, key);
        const auto reading = ParseStored<v1::ReadingRecord>("reading", std::string(value));
        damage = disclosure.ok() ? reading.status() : disclosure.status();
        return damage.ok() && visit(*disclosure, *reading);
      }));
  return damage;
}

absl::StatusOr<std::vector<RecordRecipient>> RecipientsOf(const Reader& reader, LeafIndex record) {
  const std::string prefix = RecipientsPrefix(record);
  std::vector<RecordRecipient> recipients;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kReadings, prefix, PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
        const absl::StatusOr<RecipientKeyParts> parts = DecodeRecipientKey(prefix, key);
        damage = parts.status();
        if (!damage.ok()) return false;
        recipients.push_back({std::string(parts->agency), std::string(parts->case_id)});
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return recipients;
}

absl::StatusOr<std::vector<LeafIndex>> DisclosuresTo(const Reader& reader, std::string_view case_id,
                                                     std::string_view agency, size_t limit,
                                                     LeafIndex before) {
  const std::string prefix = GivenPrefix(case_id, agency);
  const std::string first = before.value == 0 ? prefix : GivenKey(case_id, agency, before) + '\0';
  std::vector<LeafIndex> disclosures;
  if (limit == 0) return disclosures;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kReadings, first, PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
        const absl::StatusOr<LeafIndex> disclosure = DecodeNewestFirst(prefix, key);
        damage = disclosure.status();
        if (!damage.ok()) return false;
        disclosures.push_back(*disclosure);
        return disclosures.size() < limit;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return disclosures;
}

absl::StatusOr<std::vector<std::string>> CasesReadSince(const Reader& reader,
                                                        std::string_view agency,
                                                        std::string_view who, absl::Time since,
                                                        size_t limit) {
  const std::string prefix = CasesReadPrefix(agency, who);
  std::set<std::string> cases;
  if (limit == 0) return std::vector<std::string>();
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(Family::kReadings, StrCat(prefix, EncodeUint64(MinuteOf(since))),
                  PrefixEnd(prefix), [&](std::string_view key, std::string_view) {
                    const std::string_view rest = key.substr(prefix.size());
                    if (rest.size() < sizeof(uint64_t)) {
                      damage = absl::DataLossError(
                          StrCat("stored case read: got ", rest.size(), " bytes, want at least 8"));
                      return false;
                    }
                    cases.emplace(rest.substr(sizeof(uint64_t)));
                    return cases.size() < limit;
                  }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return std::vector<std::string>(cases.begin(), cases.end());
}

absl::StatusOr<bool> WhereaboutsToldSince(const Reader& reader, std::string_view case_id,
                                          absl::Time since, std::string_view but_by) {
  const std::string prefix = WhereaboutsPrefix(case_id);
  bool told = false;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      Family::kReadings, prefix, PrefixEnd(prefix), [&](std::string_view, std::string_view value) {
        const absl::StatusOr<uint64_t> second = DecodeUint64(value.substr(0, 8));
        damage = second.status();
        if (!damage.ok() || *second < SecondOf(since)) return false;
        told = value.substr(8) != but_by;
        return !told;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return told;
}

}  // namespace concordat::storage
