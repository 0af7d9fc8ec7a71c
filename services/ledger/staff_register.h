// Which persons of a case work for an agency that is party to it, by what practitioners registered
// of themselves (ONESELF). Nobody is shut out by it: a false match would keep alerts from who must
// act. Those who may seal the case are told (docs/decisions/0012).
#ifndef CONCORDAT_SERVICES_LEDGER_STAFF_REGISTER_H_
#define CONCORDAT_SERVICES_LEDGER_STAFF_REGISTER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/release_notices.h"
#include "storage/reader.h"
#include "storage/vault.h"

namespace concordat::services {

// In memory, as blinded tokens. One thread at a time: the writer's, once it has loaded.
class StaffRegister {
 public:
  // All that are registered and not taken back. DATA_LOSS where what is stored does not open.
  absl::Status Load(const storage::Reader& reader, const storage::Vault& vault);

  // A connection as it is registered, of any relation, with the person's tokens; or taken back.
  void Take(const v1::LogEntry::ConnectionRegistered& connection, const v1::PersonTokens& person);

  // The agencies that somebody with one of these identifiers works for. Not by link tokens: who
  // shares a home or a phone with an officer is not one.
  std::set<std::string> EmployersOf(const v1::PersonTokens& person) const;

 private:
  struct Member {
    std::string connection_id;
    std::string agency;
  };
  std::multimap<std::string, Member> by_token_;
};

// PERSON_IS_STAFF, where by this entry one of `persons` comes to a case, or becomes known in it, or
// their employer comes to be party to it: to the MARAC coordinators of the case and to the officers
// over the employer (OfficersOver), never to the employer. `cases` are as the entry leaves them.
absl::Status AddStaffNotices(const NoticeParts& parts, const StaffRegister& staff,
                             const std::vector<v1::PersonTokens>& persons,
                             const std::map<std::string, v1::CaseRecord>& cases,
                             v1::LogEntry* entry);

// The same where somebody registers, of the cases that know them by one of the tokens.
absl::Status AddNewStaffNotices(const NoticeParts& parts, const std::string& employer,
                                const v1::PersonTokens& person, v1::LogEntry* entry);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_STAFF_REGISTER_H_
