#include "storage/case_fold.h"

#include <algorithm>
#include <string>
#include <utility>

namespace concordat::storage {

bool IsParty(const v1::CaseRecord& record, std::string_view agency) {
  return std::any_of(record.parties().begin(), record.parties().end(),
                     [&](const v1::CaseParty& party) { return party.agency() == agency; });
}

bool IsSealedAgainst(const v1::CaseRecord& record, std::string_view agency) {
  return record.own_of().empty() &&
         std::any_of(record.seals().begin(), record.seals().end(),
                     [&](const v1::CaseSeal& seal) { return seal.agency() == agency; });
}

bool IsThereFor(const v1::CaseRecord& record, std::string_view agency) {
  return IsParty(record, agency) && !IsSealedAgainst(record, agency);
}

v1::CaseSeal* FindSeal(v1::CaseRecord* record, std::string_view agency, std::string_view origin) {
  for (v1::CaseSeal& seal : *record->mutable_seals()) {
    if (seal.agency() == agency && seal.origin() == origin) return &seal;
  }
  return nullptr;
}

void ApplySeal(const v1::CaseSeal& seal, v1::CaseRecord* record) {
  v1::CaseSeal* known = FindSeal(record, seal.agency(), seal.origin());
  if (known == nullptr) {
    *record->add_seals() = seal;
    return;
  }
  v1::CaseSeal replaced = seal;
  *replaced.mutable_spread_to() = known->spread_to();
  *known = std::move(replaced);
}

void ApplySpread(const v1::LogEntry::SealSpread& spread, v1::CaseRecord* record) {
  ApplySeal(spread.seal(), record);
  for (const std::string& agency : spread.parties_joined()) {
    if (!IsParty(*record, agency)) record->add_parties()->set_agency(agency);
  }
}

void LiftSeal(std::string_view agency, std::string_view origin, v1::CaseRecord* record) {
  auto& seals = *record->mutable_seals();
  seals.erase(std::remove_if(seals.begin(), seals.end(),
                             [&](const v1::CaseSeal& seal) {
                               return seal.agency() == agency && seal.origin() == origin;
                             }),
              seals.end());
}

bool ApplyFlags(const v1::CaseFlags& set, const v1::CaseFlags& cleared, v1::CaseFlags* flags) {
  const std::string before = flags->SerializeAsString();
  flags->set_child_enquiry_open((flags->child_enquiry_open() && !cleared.child_enquiry_open()) ||
                                set.child_enquiry_open());
  flags->set_marac_referred((flags->marac_referred() && !cleared.marac_referred()) ||
                            set.marac_referred());
  flags->set_high_risk((flags->high_risk() && !cleared.high_risk()) || set.high_risk());
  return flags->SerializeAsString() != before;
}

namespace {

// `more` among `known`, sorted, each once. True where something was new.
bool Merge(const google::protobuf::RepeatedPtrField<std::string>& more,
           google::protobuf::RepeatedPtrField<std::string>* known) {
  std::vector<std::string> merged(known->begin(), known->end());
  merged.insert(merged.end(), more.begin(), more.end());
  std::sort(merged.begin(), merged.end());
  merged.erase(std::unique(merged.begin(), merged.end()), merged.end());
  if (merged.size() == static_cast<size_t>(known->size())) return false;
  known->Assign(merged.begin(), merged.end());
  return true;
}

}  // namespace

bool AddTokens(const v1::PersonTokens& tokens, v1::CasePerson* known) {
  v1::PersonTokens& identifiers = *known->mutable_identifiers();
  const bool new_pnc = identifiers.pnc_token().empty() && !tokens.pnc_token().empty();
  if (new_pnc) identifiers.set_pnc_token(tokens.pnc_token());
  const bool new_tokens = Merge(tokens.tokens(), identifiers.mutable_tokens());
  const bool new_links = Merge(tokens.link_tokens(), identifiers.mutable_link_tokens());
  // Nothing known is no message, as before there was anything to know.
  if (identifiers.ByteSizeLong() == 0) known->clear_identifiers();
  return new_pnc || new_tokens || new_links;
}

v1::CasePerson* FindPerson(v1::CaseRecord* record, std::string_view subject_id) {
  for (v1::CasePerson& person : *record->mutable_persons()) {
    if (person.subject_id() == subject_id) return &person;
  }
  return nullptr;
}

void ApplyChange(const v1::CaseChange& change, const std::vector<v1::PersonTokens>& token_parts,
                 v1::CaseRecord* record) {
  record->set_case_id(change.case_id());
  if (change.opened()) record->set_own_of(change.own_of());
  for (const v1::CaseParty& party : change.parties_joined()) {
    if (!IsParty(*record, party.agency())) *record->add_parties() = party;
  }
  for (const v1::CasePersonChange& joined : change.persons_joined()) {
    v1::CasePerson* person = FindPerson(record, joined.subject_id());
    if (person == nullptr) {
      person = record->add_persons();
      person->set_subject_id(joined.subject_id());
      person->set_capacity(joined.capacity());
    }
    if (joined.has_token_part() && joined.token_part() < token_parts.size()) {
      AddTokens(token_parts[joined.token_part()], person);
    }
  }
  ApplyFlags(change.flags_set(), change.flags_cleared(), record->mutable_flags());
}

}  // namespace concordat::storage
