#include "services/ledger/identity_tokens.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/person_identifiers.h"
#include "base/str_cat.h"
#include "services/ledger/blind.h"

namespace concordat::services {
namespace {

std::string FoldName(const std::string& name) {
  std::string folded;
  for (const char c : name) {
    // Bytes of a multi-byte character are kept as they are: exact matching, nothing guessed.
    if (absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80) {
      folded += absl::ascii_tolower(c);
    } else if (!folded.empty() && folded.back() != ' ') {
      folded += ' ';
    }
  }
  while (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

}  // namespace

PersonTokens TokensOf(const storage::Vault& vault, const std::string& agency,
                      const std::string& source_system, const v1::Person& person) {
  PersonTokens result;
  for (const v1::ExternalId& id : person.external_ids()) {
    switch (id.type()) {
      case v1::PNC_ID:
        result.pnc_token = Blind(vault, "pnc", CanonicalPncId(id.value()));
        result.tokens.push_back(result.pnc_token);
        break;
      case v1::CRO_NUMBER:
        result.tokens.push_back(Blind(vault, "cro", CanonicalCroNumber(id.value())));
        break;
      case v1::NHS_NUMBER:
        result.tokens.push_back(Blind(vault, "nhs", CanonicalNhsNumber(id.value())));
        break;
      case v1::NDELIUS_CRN:
        result.tokens.push_back(Blind(vault, "crn", id.value()));
        break;
      case v1::LOCAL_PERSON_ID:
        result.tokens.push_back(
            Blind(vault, "local", StrCat(agency, "\n", source_system, "\n", id.value())));
        break;
      default:
        break;
    }
  }
  const std::string name = FoldName(person.full_name());
  if (!name.empty() && !person.date_of_birth().empty()) {
    result.tokens.push_back(Blind(vault, "name-dob", StrCat(name, "\n", person.date_of_birth())));
  }
  std::sort(result.tokens.begin(), result.tokens.end());
  result.tokens.erase(std::unique(result.tokens.begin(), result.tokens.end()), result.tokens.end());
  return result;
}

bool SamePerson(const v1::CasePerson& known, v1::Capacity capacity, const PersonTokens& tokens) {
  if (known.capacity() != capacity) return false;
  if (!known.pnc_token().empty() && !tokens.pnc_token.empty() &&
      known.pnc_token() != tokens.pnc_token) {
    return false;
  }
  return std::any_of(known.tokens().begin(), known.tokens().end(), [&](const std::string& token) {
    return std::binary_search(tokens.tokens.begin(), tokens.tokens.end(), token);
  });
}

bool AddTokens(const PersonTokens& tokens, v1::CasePerson* known) {
  std::vector<std::string> merged(known->tokens().begin(), known->tokens().end());
  merged.insert(merged.end(), tokens.tokens.begin(), tokens.tokens.end());
  std::sort(merged.begin(), merged.end());
  merged.erase(std::unique(merged.begin(), merged.end()), merged.end());
  const bool new_pnc = known->pnc_token().empty() && !tokens.pnc_token.empty();
  if (new_pnc) known->set_pnc_token(tokens.pnc_token);
  if (merged.size() == static_cast<size_t>(known->tokens_size())) return new_pnc;
  known->mutable_tokens()->Assign(merged.begin(), merged.end());
  return true;
}

}  // namespace concordat::services
