// A case's state is the fold of its changes in log order (R5). Pure.
#ifndef CONCORDAT_STORAGE_CASE_FOLD_H_
#define CONCORDAT_STORAGE_CASE_FOLD_H_

#include <string_view>
#include <vector>

#include "concordat/v1/log.pb.h"

namespace concordat::storage {

// Applies one change: parties join once; persons are added, or learn more identifiers, by subject
// id; flags are cleared, then set. `token_parts` are the entry's, opened, in its order; an empty
// one was erased. A position beyond them is no identifier.
void ApplyChange(const v1::CaseChange& change, const std::vector<v1::PersonTokens>& token_parts,
                 v1::CaseRecord* record);

bool IsParty(const v1::CaseRecord& record, std::string_view agency);

// A seal keeps the agency out. A case of its own is never sealed.
bool IsSealedAgainst(const v1::CaseRecord& record, std::string_view agency);
// The one question of whoever asks for a case: party to it, and not sealed against. Where not, the
// case does not exist for that agency.
bool IsThereFor(const v1::CaseRecord& record, std::string_view agency);

// One seal an agency and origin: a later one replaces it, and keeps where it had spread to.
void ApplySeal(const v1::CaseSeal& seal, v1::CaseRecord* record);
// The seal, and who joins with it.
void ApplySpread(const v1::LogEntry::SealSpread& spread, v1::CaseRecord* record);
// Null when there is none.
v1::CaseSeal* FindSeal(v1::CaseRecord* record, std::string_view agency, std::string_view origin);
void LiftSeal(std::string_view agency, std::string_view origin, v1::CaseRecord* record);

// `flags` after clearing, then setting. True where something changed.
bool ApplyFlags(const v1::CaseFlags& set, const v1::CaseFlags& cleared, v1::CaseFlags* flags);

// Adds what `tokens` tells of a person: sorted, each once; the first PNC id stays. True where
// something was new.
bool AddTokens(const v1::PersonTokens& tokens, v1::CasePerson* known);

// Null when the case doesn't know the subject.
v1::CasePerson* FindPerson(v1::CaseRecord* record, std::string_view subject_id);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_CASE_FOLD_H_
