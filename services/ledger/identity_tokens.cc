#include "services/ledger/identity_tokens.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
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

// A number as it is dialled within the United Kingdom; empty for what is too short to be one.
std::string FoldPhone(const std::string& phone) {
  constexpr size_t kDigitsMin = 7;
  std::string digits;
  for (const char c : phone) {
    if (absl::ascii_isdigit(c)) digits += c;
  }
  const size_t first = phone.find_first_not_of(" (");
  const bool abroad = first != std::string::npos && phone[first] == '+';
  if (abroad && absl::StartsWith(digits, "44")) digits = StrCat("0", digits.substr(2));
  if (absl::StartsWith(digits, "0044")) digits = StrCat("0", digits.substr(4));
  return digits.size() < kDigitsMin ? "" : digits;
}

std::string FoldPostcode(const std::string& postcode) {
  std::string folded;
  for (const char c : postcode) {
    if (absl::ascii_isalnum(c)) folded += absl::ascii_toupper(c);
  }
  return folded;
}

void SortEachOnce(std::vector<std::string>* tokens) {
  std::sort(tokens->begin(), tokens->end());
  tokens->erase(std::unique(tokens->begin(), tokens->end()), tokens->end());
}

std::vector<std::string> LinkTokensOf(const storage::Vault& vault, const v1::Person& person) {
  std::vector<std::string> tokens;
  for (const v1::ContactMethod& contact : person.contacts()) {
    const std::string phone = FoldPhone(contact.phone());
    if (!phone.empty()) tokens.push_back(Blind(vault, "phone", phone));
    if (!contact.email().empty()) {
      tokens.push_back(Blind(vault, "email", absl::AsciiStrToLower(contact.email())));
    }
  }
  for (const v1::ExternalId& id : person.external_ids()) {
    if (id.type() == v1::UPRN) {
      tokens.push_back(Blind(vault, "uprn", id.value()));
    }
  }
  const std::string name = FoldName(person.full_name());
  const std::string surname = name.substr(name.rfind(' ') + 1);
  for (const v1::Address& address : person.addresses()) {
    const std::string postcode = FoldPostcode(address.postcode());
    if (postcode.empty()) continue;
    if (address.lines_size() > 0 && !FoldName(address.lines(0)).empty()) {
      tokens.push_back(
          Blind(vault, "household", StrCat(FoldName(address.lines(0)), "\n", postcode)));
    }
    if (!surname.empty()) {
      tokens.push_back(Blind(vault, "surname-postcode", StrCat(surname, "\n", postcode)));
    }
  }
  SortEachOnce(&tokens);
  return tokens;
}

template <typename Sorted>
bool HaveOneInCommon(const Sorted& one, const Sorted& other) {
  return std::any_of(one.begin(), one.end(), [&](const std::string& token) {
    return std::binary_search(other.begin(), other.end(), token);
  });
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
  SortEachOnce(&tokens);
  result.mutable_tokens()->Assign(tokens.begin(), tokens.end());
  const std::vector<std::string> links = LinkTokensOf(vault, person);
  result.mutable_link_tokens()->Assign(links.begin(), links.end());
  return result;
}

v1::PersonTokens BoundTo(const storage::Vault& vault, const std::string& subject_id,
                         v1::PersonTokens tokens) {
  std::vector<std::string> bound;
  for (const std::string& link : tokens.link_tokens()) {
    bound.push_back(Blind(vault, "link", StrCat(subject_id, "\n", link)));
  }
  SortEachOnce(&bound);
  tokens.mutable_link_tokens()->Assign(bound.begin(), bound.end());
  return tokens;
}

bool SharesIdentifier(const v1::CasePerson& known, const v1::PersonTokens& tokens) {
  return HaveOneInCommon(known.identifiers().tokens(), tokens.tokens());
}

bool AreConnected(const storage::Vault& vault, const v1::CasePerson& known,
                  const v1::PersonTokens& registered) {
  if (SharesIdentifier(known, registered)) return true;
  const v1::PersonTokens bound = BoundTo(vault, known.subject_id(), registered);
  return HaveOneInCommon(known.identifiers().link_tokens(), bound.link_tokens());
}

bool SamePerson(const v1::CasePerson& known, v1::Capacity capacity,
                const v1::PersonTokens& tokens) {
  if (known.capacity() != capacity) return false;
  const v1::PersonTokens& identifiers = known.identifiers();
  if (!identifiers.pnc_token().empty() && !tokens.pnc_token().empty() &&
      identifiers.pnc_token() != tokens.pnc_token()) {
    return false;
  }
  return SharesIdentifier(known, tokens);
}

}  // namespace concordat::services
