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
// Link tokens, by which nobody is matched, tell who may be connected to whom: of each phone
// (digits, +44 and 0044 as 0), each email, each address with a first line and a postcode, each
// UPRN, and of the last word of the name with each postcode.
v1::PersonTokens TokensOf(const storage::Vault& vault, const std::string& agency,
                          const std::string& source_system, const v1::Person& person);

// The same with link tokens that are this subject's alone, as a case keeps them: what a household
// or a phone has in common does not show in what is stored, and can be destroyed with the person.
v1::PersonTokens BoundTo(const storage::Vault& vault, const std::string& subject_id,
                         v1::PersonTokens tokens);

// Whether a person of a case has an identifier in common with these tokens; not by link tokens.
bool SharesIdentifier(const v1::CasePerson& known, const v1::PersonTokens& tokens);

// Whether a person of a case and one whom a practitioner registered (TokensOf, not bound) have
// anything in common: a token or a link token. Cautious: two PNC ids that differ do not part them.
bool AreConnected(const storage::Vault& vault, const v1::CasePerson& known,
                  const v1::PersonTokens& registered);

// One person by exact identifiers: the same capacity, at least one token in common, and not two
// different PNC ids.
bool SamePerson(const v1::CasePerson& known, v1::Capacity capacity, const v1::PersonTokens& tokens);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_IDENTITY_TOKENS_H_
