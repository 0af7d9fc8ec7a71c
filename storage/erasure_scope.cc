#include "storage/erasure_scope.h"

#include <limits>

#include "absl/functional/function_ref.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "concordat/v1/log.pb.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/grant_store.h"
#include "storage/key_schema.h"
#include "storage/log_reads.h"
#include "storage/sealed_parts.h"

namespace concordat::storage {
namespace {

absl::Status VisitEvents(const Reader& reader, const std::string& case_id,
                         absl::FunctionRef<void(LeafIndex, const v1::LogEntry::Collected&)> visit) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<CaseEventRef> events,
      ListCaseEvents(reader, case_id, nullptr, std::numeric_limits<size_t>::max()));
  for (const CaseEventRef& event : events) {
    const absl::StatusOr<std::string> bytes = ReadLogEntry(reader, event.index);
    v1::LogEntry entry;
    if (absl::IsNotFound(bytes.status()) ||
        (bytes.ok() && (!entry.ParseFromString(*bytes) || !entry.has_collected()))) {
      return absl::DataLossError(
          StrCat("entry ", event.index.value, ": got no event, want one of a case"));
    }
    CONCORDAT_RETURN_IF_ERROR(bytes.status());
    visit(event.index, entry.collected());
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Knows(const Reader& reader, const std::string& case_id,
                           const std::string& subject_id) {
  CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(reader, case_id));
  return FindPerson(&record, subject_id) != nullptr;
}

}  // namespace

absl::StatusOr<std::set<std::string>> CasesOfPerson(const Reader& reader,
                                                    const std::string& case_id,
                                                    const std::string& subject_id) {
  std::set<std::string> found = {case_id};
  std::vector<std::string> unread = {case_id};
  while (!unread.empty()) {
    const std::string next = std::move(unread.back());
    unread.pop_back();
    // A case that knew the person already is not told again by the event that joins another.
    std::set<std::string> beside;
    CONCORDAT_RETURN_IF_ERROR(
        VisitEvents(reader, next, [&](LeafIndex, const v1::LogEntry::Collected& collected) {
          for (const v1::CaseChange& change : collected.case_changes()) {
            if (found.count(change.case_id()) == 0) beside.insert(change.case_id());
          }
        }));
    for (const std::string& other : beside) {
      CONCORDAT_ASSIGN_OR_RETURN(const bool knows, Knows(reader, other, subject_id));
      if (!knows) continue;
      found.insert(other);
      unread.push_back(other);
    }
  }
  return found;
}

absl::StatusOr<std::set<std::string>> CasesOfBodies(const Reader& reader,
                                                    const std::string& case_id) {
  std::set<std::string> found = {case_id};
  CONCORDAT_RETURN_IF_ERROR(
      VisitEvents(reader, case_id, [&](LeafIndex, const v1::LogEntry::Collected& collected) {
        if (collected.parts().empty() || collected.parts(0).subject_id() != case_id) return;
        for (const v1::CaseChange& change : collected.case_changes()) {
          found.insert(change.case_id());
        }
      }));
  return found;
}

absl::StatusOr<std::set<std::string>> CasesOfErased(const Reader& reader,
                                                    const std::set<std::string>& case_ids,
                                                    const std::set<std::string>& subject_ids) {
  std::set<std::string> found = case_ids;
  std::vector<std::string> unread(case_ids.begin(), case_ids.end());
  while (!unread.empty()) {
    const std::string next = std::move(unread.back());
    unread.pop_back();
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record, GetCase(reader, next));
    for (const v1::CasePerson& person : record.persons()) {
      if (subject_ids.count(person.subject_id()) == 0) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::set<std::string> cases,
                                 CasesOfPerson(reader, next, person.subject_id()));
      for (const std::string& other : cases) {
        if (found.insert(other).second) unread.push_back(other);
      }
    }
  }
  return found;
}

absl::StatusOr<std::set<std::string>> CasesKnowing(const Reader& reader,
                                                   const std::set<std::string>& subject_ids) {
  std::set<std::string> found;
  absl::Status damage;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(Family::kCases, "", "", [&](std::string_view key, std::string_view value) {
        v1::CaseRecord record;
        if (!record.ParseFromString(std::string(value))) {
          damage = absl::DataLossError(StrCat("case ", key, ": got bytes that do not parse"));
          return false;
        }
        bool knows = subject_ids.count(record.case_id()) > 0;
        for (const v1::CasePerson& person : record.persons()) {
          knows = knows || subject_ids.count(person.subject_id()) > 0;
        }
        if (knows) found.insert(record.case_id());
        return true;
      }));
  CONCORDAT_RETURN_IF_ERROR(damage);
  return found;
}

namespace {

// Why somebody went beyond the policy, sealed under the case's key.
absl::Status TakeReasons(const Reader& reader, const std::string& case_id,
                         const std::set<std::string>& subject_ids,
                         std::set<std::pair<uint64_t, uint32_t>>* places) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<LeafIndex> grants, GrantsOfCase(reader, case_id));
  for (const LeafIndex index : grants) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, ReadLogEntry(reader, index));
    v1::LogEntry entry;
    if (!entry.ParseFromString(bytes)) {
      return absl::DataLossError(StrCat("entry ", index.value, ": got bytes that are no entry"));
    }
    uint32_t part = 0;
    for (const v1::SealedPart* sealed : SealedPartsOf(entry)) {
      if (subject_ids.count(sealed->subject_id()) > 0) places->emplace(index.value, part);
      ++part;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SealedPlace>> SealedUnder(const Reader& reader,
                                                     const std::set<std::string>& case_ids,
                                                     const std::set<std::string>& subject_ids) {
  std::set<std::pair<uint64_t, uint32_t>> places;
  for (const std::string& case_id : case_ids) {
    CONCORDAT_RETURN_IF_ERROR(VisitEvents(
        reader, case_id, [&](LeafIndex index, const v1::LogEntry::Collected& collected) {
          uint32_t part = 0;
          const auto take = [&](const v1::SealedPart& sealed) {
            if (subject_ids.count(sealed.subject_id()) > 0) places.emplace(index.value, part);
            ++part;
          };
          // The numbers of the sealed identifiers follow those of the event's own parts.
          for (const v1::SealedPart& sealed : collected.parts()) take(sealed);
          for (const v1::SealedPart& sealed : collected.token_parts()) take(sealed);
        }));
    CONCORDAT_RETURN_IF_ERROR(TakeReasons(reader, case_id, subject_ids, &places));
  }
  std::vector<SealedPlace> sorted;
  for (const auto& [index, part] : places) sorted.push_back({LeafIndex{index}, part});
  return sorted;
}

}  // namespace concordat::storage
