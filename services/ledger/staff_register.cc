#include "services/ledger/staff_register.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "services/ledger/conflicts.h"
#include "services/ledger/identity_tokens.h"
#include "services/ledger/notices.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/connection_store.h"

namespace concordat::services {
namespace {

bool Knows(const v1::CaseRecord& record, const v1::PersonTokens& person) {
  return std::any_of(record.persons().begin(), record.persons().end(),
                     [&](const auto& known) { return SharesIdentifier(known, person); });
}

absl::Status Tell(const NoticeParts& parts, const std::string& employer,
                  const v1::CaseRecord& record, NoticeNumbers* numbers, v1::LogEntry* entry) {
  const auto tell = [&](const std::string& agency, v1::Desk desk) {
    v1::Notice notice;
    notice.set_agency(agency);
    notice.set_desk(desk);
    notice.set_kind(v1::PERSON_IS_STAFF);
    notice.set_case_id(record.case_id());
    notice.set_employer(employer);
    return AddNotice(std::move(notice), numbers, entry);
  };
  for (const v1::CaseParty& party : record.parties()) {
    const v1::Agency* agency = parts.directory->Find(party.agency());
    const bool coordinates = agency != nullptr && agency->role() == v1::MARAC_COORDINATOR &&
                             !agency->role_service() && !agency->suspended();
    if (!coordinates || party.agency() == employer ||
        !storage::IsThereFor(record, party.agency())) {
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(tell(party.agency(), v1::CASEWORK));
  }
  for (const std::string& agency : OfficersOver(parts, employer, record, {})) {
    CONCORDAT_RETURN_IF_ERROR(tell(agency, v1::DATA_PROTECTION));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status StaffRegister::Load(const storage::Reader& reader, const storage::Vault& vault) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<storage::StoredConnection> connections,
                             storage::AllConnections(reader));
  for (const storage::StoredConnection& connection : connections) {
    if (connection.record.relation() != v1::ONESELF) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const Registered registered,
                               RegisteredAt(reader, vault, connection.index));
    Take(registered.connection, registered.person);
  }
  return absl::OkStatus();
}

void StaffRegister::Take(const v1::LogEntry::ConnectionRegistered& connection,
                         const v1::PersonTokens& person) {
  if (connection.registered()) {
    if (connection.relation() != v1::ONESELF) return;
    for (const std::string& token : person.tokens()) {
      by_token_.emplace(token, Member{connection.connection_id(), connection.agency()});
    }
    return;
  }
  for (auto member = by_token_.begin(); member != by_token_.end();) {
    const bool is_it = member->second.connection_id == connection.connection_id();
    member = is_it ? by_token_.erase(member) : std::next(member);
  }
}

std::set<std::string> StaffRegister::EmployersOf(const v1::PersonTokens& person) const {
  std::set<std::string> employers;
  for (const std::string& token : person.tokens()) {
    const auto [first, last] = by_token_.equal_range(token);
    for (auto member = first; member != last; ++member) employers.insert(member->second.agency);
  }
  return employers;
}

absl::Status AddStaffNotices(const NoticeParts& parts, const StaffRegister& staff,
                             const std::vector<v1::PersonTokens>& persons,
                             const std::map<std::string, v1::CaseRecord>& cases,
                             v1::LogEntry* entry) {
  NoticeNumbers numbers(parts.reader);
  for (const v1::Notice& notice : entry->notices()) numbers.Taken(notice);
  std::set<std::pair<std::string, std::string>> told;  // Employer and case.
  for (const auto& [case_id, record] : cases) {
    for (const v1::PersonTokens& person : persons) {
      for (const std::string& employer : staff.EmployersOf(person)) {
        if (!storage::IsThereFor(record, employer) || !Knows(record, person)) continue;
        const absl::StatusOr<v1::CaseRecord> before = storage::GetCase(*parts.reader, case_id);
        if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
        const bool known =
            before.ok() && storage::IsThereFor(*before, employer) && Knows(*before, person);
        if (known || !told.emplace(employer, case_id).second) continue;
        CONCORDAT_RETURN_IF_ERROR(Tell(parts, employer, record, &numbers, entry));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status AddNewStaffNotices(const NoticeParts& parts, const std::string& employer,
                                const v1::PersonTokens& person, v1::LogEntry* entry) {
  std::set<std::string> cases;
  for (const std::string& token : person.tokens()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> known,
                               storage::CasesOfToken(*parts.reader, token));
    cases.insert(known.begin(), known.end());
  }
  NoticeNumbers numbers(parts.reader);
  for (const std::string& case_id : cases) {
    CONCORDAT_ASSIGN_OR_RETURN(const v1::CaseRecord record,
                               storage::GetCase(*parts.reader, case_id));
    if (!storage::IsThereFor(record, employer)) continue;
    CONCORDAT_RETURN_IF_ERROR(Tell(parts, employer, record, &numbers, entry));
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
