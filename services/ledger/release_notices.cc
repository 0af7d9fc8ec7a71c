#include "services/ledger/release_notices.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/ledger/notices.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/reading_store.h"

namespace concordat::services {
namespace {

bool FacesPerpetrator(const NoticeParts& parts, const v1::Agency& agency) {
  return parts.policy->FacesPerpetrator({{agency.role()}});
}

// Somebody who can read a notice; null otherwise.
const v1::Agency* Addressee(const NoticeParts& parts, const std::string& agency) {
  const v1::Agency* found = parts.directory->Find(agency);
  return found == nullptr || found->suspended() || found->role_service() ? nullptr : found;
}

v1::Notice NoticeOf(const v1::CaseRecord& record, const std::string& agency, v1::Desk desk,
                    v1::NoticeKind kind) {
  v1::Notice notice;
  notice.set_agency(agency);
  notice.set_desk(desk);
  notice.set_kind(kind);
  notice.set_case_id(record.case_id());
  return notice;
}

// What one release gives of one case.
struct OfCase {
  std::map<std::string, std::vector<uint64_t>> records;  // By owner; not the reader's own.
};

class ReleasePlan {
 public:
  ReleasePlan(const NoticeParts& parts, v1::LogEntry* entry)
      : parts_(parts), entry_(*entry), numbers_(parts.reader) {}

  absl::Status Add(const std::vector<std::string>& record_cases) {
    for (const auto& [case_id, of_case] : ByCase(record_cases)) {
      CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                                 storage::GetCase(*parts_.reader, case_id));
      CONCORDAT_RETURN_IF_ERROR(TellOwners(record, of_case));
      CONCORDAT_RETURN_IF_ERROR(TellOfficers(record, of_case));
    }
    return absl::OkStatus();
  }

 private:
  std::map<std::string, OfCase> ByCase(const std::vector<std::string>& record_cases) const {
    std::map<std::string, OfCase> cases;
    const v1::LogEntry::Disclosed& disclosed = entry_.disclosed();
    if (disclosed.has_page_read()) {
      for (const std::string& case_id : entry_.case_ids()) cases[case_id];
    }
    for (int i = 0; i < disclosed.records_size(); ++i) {
      const v1::LogEntry::Disclosed::Record& record = disclosed.records(i);
      const std::string& owner = disclosed.controllers(static_cast<int>(record.controller()));
      if (record.released_classes() == 0 || owner == reader()) continue;
      cases[record_cases[i]].records[owner].push_back(record.leaf_index());
    }
    return cases;
  }

  absl::Status TellOwners(const v1::CaseRecord& record, const OfCase& of_case) {
    for (const auto& [owner, leaves] : of_case.records) {
      if (Addressee(parts_, owner) == nullptr || !storage::IsThereFor(record, owner)) continue;
      v1::Notice notice = NoticeOf(record, owner, v1::CASEWORK, v1::RECORD_READ);
      notice.mutable_about()->Assign(leaves.begin(), leaves.end());
      CONCORDAT_RETURN_IF_ERROR(AddNotice(std::move(notice), &numbers_, &entry_));
    }
    return absl::OkStatus();
  }

  absl::Status TellOfficers(const v1::CaseRecord& record, const OfCase& of_case) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::UnusualAccess> unusual,
                               UnusualIn(record, of_case));
    if (unusual.empty()) return absl::OkStatus();
    auto& all = *entry_.mutable_disclosed()->mutable_unusual();
    for (const v1::UnusualAccess kind : unusual) {
      if (std::find(all.begin(), all.end(), kind) == all.end()) all.Add(kind);
    }
    std::vector<std::string> owners;
    for (const auto& [owner, leaves] : of_case.records) owners.push_back(owner);
    for (const std::string& agency : OfficersOver(parts_, reader(), record, owners)) {
      v1::Notice notice = NoticeOf(record, agency, v1::DATA_PROTECTION, v1::UNUSUAL_ACCESS);
      for (const v1::UnusualAccess kind : unusual) notice.add_unusual(kind);
      CONCORDAT_RETURN_IF_ERROR(AddNotice(std::move(notice), &numbers_, &entry_));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<v1::UnusualAccess>> UnusualIn(const v1::CaseRecord& record,
                                                           const OfCase& of_case) const {
    std::vector<v1::UnusualAccess> unusual;
    const bool others = !of_case.records.empty();
    const bool opened = record.parties_size() > 0 && record.parties(0).agency() == reader();
    if (others && !opened) {
      CONCORDAT_ASSIGN_OR_RETURN(
          const std::vector<LeafIndex> before,
          storage::DisclosuresTo(*parts_.reader, record.case_id(), reader(), 1));
      if (before.empty()) unusual.push_back(v1::FIRST_EVER_RECIPIENT);
    }
    if (!entry_.disclosed().has_page_read()) return unusual;
    CONCORDAT_ASSIGN_OR_RETURN(const bool bulk, IsBulk(record.case_id()));
    if (bulk) unusual.push_back(v1::BULK_READING);
    if (!others) return unusual;
    CONCORDAT_ASSIGN_OR_RETURN(
        const bool told, storage::WhereaboutsToldSince(*parts_.reader, record.case_id(),
                                                       parts_.now - kAddressChangeSpan, reader()));
    if (told) unusual.push_back(v1::AFTER_ADDRESS_CHANGE);
    return unusual;
  }

  absl::StatusOr<bool> IsBulk(const std::string& case_id) const {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::vector<std::string> cases,
        storage::CasesReadSince(*parts_.reader, reader(), storage::ReaderOf(entry_.actor()),
                                parts_.now - kBulkSpan, kBulkCasesPerHour + 1));
    const bool known = std::binary_search(cases.begin(), cases.end(), case_id);
    return cases.size() + (known ? 0 : 1) > kBulkCasesPerHour;
  }

  const std::string& reader() const { return entry_.actor().agency(); }

  const NoticeParts& parts_;
  v1::LogEntry& entry_;
  NoticeNumbers numbers_;
};

// The first of the cases that is there for the agency; empty when none is.
absl::StatusOr<std::string> CaseThereFor(const NoticeParts& parts,
                                         const std::map<std::string, v1::CaseRecord>& changed,
                                         const std::vector<std::string>& cases,
                                         const std::string& agency) {
  for (const std::string& case_id : cases) {
    const auto known = changed.find(case_id);
    v1::CaseRecord stored;
    if (known == changed.end()) {
      CONCORDAT_ASSIGN_OR_RETURN(stored, storage::GetCase(*parts.reader, case_id));
    }
    if (storage::IsThereFor(known == changed.end() ? stored : known->second, agency)) {
      return case_id;
    }
  }
  return std::string();
}

}  // namespace

bool HasOfficer(const v1::Agency& agency) {
  return !agency.suspended() && !agency.role_service() && !agency.officer_workloads().empty();
}

std::vector<std::string> OfficersOver(const NoticeParts& parts, const std::string& agency,
                                      const v1::CaseRecord& record,
                                      const std::vector<std::string>& known_to_it) {
  const v1::Agency* watched = parts.directory->Find(agency);
  const auto may_be_told = [&](const v1::Agency* officer) {
    return officer != nullptr && officer->id() != agency && HasOfficer(*officer) &&
           !FacesPerpetrator(parts, *officer);
  };
  const v1::Agency* over =
      watched == nullptr ? nullptr : parts.directory->Find(watched->overseen_by());
  if (may_be_told(over) && !storage::IsSealedAgainst(record, over->id())) return {over->id()};
  const bool known_only = watched == nullptr || FacesPerpetrator(parts, *watched);
  std::vector<std::string> officers;
  for (const v1::CaseParty& party : record.parties()) {
    const bool known =
        std::find(known_to_it.begin(), known_to_it.end(), party.agency()) != known_to_it.end();
    if (may_be_told(parts.directory->Find(party.agency())) && (known || !known_only) &&
        storage::IsThereFor(record, party.agency())) {
      officers.push_back(party.agency());
    }
  }
  return officers;
}

namespace {

// Those over the agency, and its own.
std::set<std::string> OfficersFor(const NoticeParts& parts, const std::string& agency,
                                  const v1::CaseRecord& record) {
  const std::vector<std::string> over = OfficersOver(parts, agency, record, {});
  std::set<std::string> officers(over.begin(), over.end());
  const v1::Agency* own = parts.directory->Find(agency);
  if (own != nullptr && HasOfficer(*own)) officers.insert(agency);
  return officers;
}

}  // namespace

absl::Status AddBrokenGlassNotices(const NoticeParts& parts, const v1::CaseRecord& record,
                                   absl::Time act_by, v1::LogEntry* entry) {
  const std::string& breaker = entry->actor().agency();
  NoticeNumbers numbers(parts.reader);
  std::set<std::string> officers = OfficersFor(parts, breaker, record);
  const auto tell = [&](const std::string& agency, v1::Desk desk) {
    v1::Notice notice = NoticeOf(record, agency, desk, v1::GLASS_BROKEN);
    *notice.mutable_act_by() = ToTimestamp(act_by);
    return AddNotice(std::move(notice), &numbers, entry);
  };
  for (const v1::CaseParty& party : record.parties()) {
    const v1::Agency* agency = Addressee(parts, party.agency());
    if (agency == nullptr || party.agency() == breaker || FacesPerpetrator(parts, *agency) ||
        !storage::IsThereFor(record, party.agency())) {
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(tell(party.agency(), v1::CASEWORK));
    if (HasOfficer(*agency)) officers.insert(party.agency());
  }
  for (const std::string& agency : officers) {
    CONCORDAT_RETURN_IF_ERROR(tell(agency, v1::DATA_PROTECTION));
  }
  return absl::OkStatus();
}

absl::Status AddConflictNotices(const NoticeParts& parts, const v1::CaseRecord& record,
                                v1::LogEntry* entry) {
  NoticeNumbers numbers(parts.reader);
  for (const std::string& agency : OfficersFor(parts, entry->actor().agency(), record)) {
    CONCORDAT_RETURN_IF_ERROR(AddNotice(
        NoticeOf(record, agency, v1::DATA_PROTECTION, v1::CONFLICT_REFUSED), &numbers, entry));
  }
  return absl::OkStatus();
}

absl::Status AddReleaseNotices(const NoticeParts& parts,
                               const std::vector<std::string>& record_cases, v1::LogEntry* entry) {
  return ReleasePlan(parts, entry).Add(record_cases);
}

absl::Status AddCorrectionNotices(const NoticeParts& parts,
                                  const std::map<std::string, v1::CaseRecord>& changed,
                                  v1::LogEntry* entry) {
  const std::vector<std::string> placed(entry->case_ids().begin(), entry->case_ids().end());
  std::map<std::pair<std::string, std::string>, std::set<uint64_t>> told;  // By agency and case.
  for (const uint64_t superseded : entry->collected().supersedes()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::RecordRecipient> recipients,
                               storage::RecipientsOf(*parts.reader, LeafIndex{superseded}));
    std::set<std::string> known;
    for (const storage::RecordRecipient& recipient : recipients) {
      const std::string& agency = recipient.agency;
      if (agency == entry->actor().agency() || known.count(agency) > 0 ||
          Addressee(parts, agency) == nullptr) {
        continue;
      }
      const std::vector<std::string> cases =
          recipient.case_id.empty() ? placed : std::vector<std::string>{recipient.case_id};
      CONCORDAT_ASSIGN_OR_RETURN(const std::string case_id,
                                 CaseThereFor(parts, changed, cases, agency));
      if (case_id.empty()) continue;
      known.insert(agency);
      told[{agency, case_id}].insert(superseded);
    }
  }
  NoticeNumbers numbers(parts.reader);
  for (const auto& [to, about] : told) {
    v1::Notice notice;
    notice.set_agency(to.first);
    notice.set_desk(v1::CASEWORK);
    notice.set_kind(v1::RECORD_CORRECTED);
    notice.set_case_id(to.second);
    notice.mutable_about()->Assign(about.begin(), about.end());
    CONCORDAT_RETURN_IF_ERROR(AddNotice(std::move(notice), &numbers, entry));
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
