// Blinded identifiers of a person: what exact matching compares, without the ledger's indexes
// holding a name.
#ifndef CONCORDAT_SERVICES_LEDGER_IDENTITY_TOKENS_H_
#define CONCORDAT_SERVICES_LEDGER_IDENTITY_TOKENS_H_

#include <string>

#include "concordat/v1/log.pb.h"
#include "concordat/v1/person.pb.h"
#include "storage/vault.h"

namespace concordat::services {

// Tokens of the PNC id, CRO number, NHS number and NDelius number, of the local person number
// within (agency, source system), and of name with date of birth (letters in lower case, runs of
// anything else as one space), 32 bytes each, sorted, without repeats. A name alone, or a date
// alone, gives none.
v1::PersonTokens TokensOf(const storage::Vault& vault, const std::string& agency,
                          const std::string& source_system, const v1::Person& person);

// One person by exact identifiers: the same capacity, at least one token in common, and not two
// different PNC ids.
bool SamePerson(const v1::CasePerson& known, v1::Capacity capacity, const v1::PersonTokens& tokens);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_IDENTITY_TOKENS_H_
