#include "services/ledger/case_fold.h"

#include <algorithm>

#include "services/ledger/event_facts.h"

namespace concordat::services {

bool IsParty(const v1::CaseRecord& record, std::string_view agency) {
  return std::any_of(record.parties().begin(), record.parties().end(),
                     [&](const v1::CaseParty& party) { return party.agency() == agency; });
}

void ApplyChange(const v1::CaseChange& change, v1::CaseRecord* record) {
  record->set_case_id(change.case_id());
  for (const v1::CaseParty& party : change.parties_joined()) {
    if (!IsParty(*record, party.agency())) *record->add_parties() = party;
  }
  for (const v1::CasePerson& person : change.persons_joined()) {
    auto known = std::find_if(
        record->mutable_persons()->begin(), record->mutable_persons()->end(),
        [&](const v1::CasePerson& p) { return p.subject_id() == person.subject_id(); });
    if (known == record->mutable_persons()->end()) {
      *record->add_persons() = person;
    } else {
      *known = person;
    }
  }
  ApplyFlags(change.flags_set(), change.flags_cleared(), record->mutable_flags());
}

}  // namespace concordat::services
