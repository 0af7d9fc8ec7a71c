#include "services/ledger/identity_tokens.h"

#include <algorithm>
#include <vector>

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

v1::PersonTokens TokensOf(const storage::Vault& vault, const std::string& agency,
                          const std::string& source_system, const v1::Person& person) {
  v1::PersonTokens result;
  std::vector<std::string> tokens;
  for (const v1::ExternalId& id : person.external_ids()) {
    switch (id.type()) {
      case v1::PNC_ID:
        result.set_pnc_token(Blind(vault, "pnc", CanonicalPncId(id.value())));
        tokens.push_back(result.pnc_token());
        break;
      case v1::CRO_NUMBER:
        tokens.push_back(Blind(vault, "cro", CanonicalCroNumber(id.value())));
        break;
      case v1::NHS_NUMBER:
        tokens.push_back(Blind(vault, "nhs", CanonicalNhsNumber(id.value())));
        break;
      case v1::NDELIUS_CRN:
        tokens.push_back(Blind(vault, "crn", id.value()));
        break;
      case v1::LOCAL_PERSON_ID:
        tokens.push_back(
            Blind(vault, "local", StrCat(agency, "\n", source_system, "\n", id.value())));
        break;
      default:
        break;
    }
  }
  const std::string name = FoldName(person.full_name());
  if (!name.empty() && !person.date_of_birth().empty()) {
    tokens.push_back(Blind(vault, "name-dob", StrCat(name, "\n", person.date_of_birth())));
  }
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  result.mutable_tokens()->Assign(tokens.begin(), tokens.end());
  return result;
}

bool SamePerson(const v1::CasePerson& known, v1::Capacity capacity,
                const v1::PersonTokens& tokens) {
  if (known.capacity() != capacity) return false;
  const v1::PersonTokens& identifiers = known.identifiers();
  if (!identifiers.pnc_token().empty() && !tokens.pnc_token().empty() &&
      identifiers.pnc_token() != tokens.pnc_token()) {
    return false;
  }
  return std::any_of(
      identifiers.tokens().begin(), identifiers.tokens().end(), [&](const std::string& token) {
        return std::binary_search(tokens.tokens().begin(), tokens.tokens().end(), token);
      });
}

}  // namespace concordat::services
