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

// `flags` after clearing, then setting. True where something changed.
bool ApplyFlags(const v1::CaseFlags& set, const v1::CaseFlags& cleared, v1::CaseFlags* flags);

// Adds what `tokens` tells of a person: sorted, each once; the first PNC id stays. True where
// something was new.
bool AddTokens(const v1::PersonTokens& tokens, v1::CasePerson* known);

// Null when the case doesn't know the subject.
v1::CasePerson* FindPerson(v1::CaseRecord* record, std::string_view subject_id);

}  // namespace concordat::storage

#endif  // CONCORDAT_STORAGE_CASE_FOLD_H_
