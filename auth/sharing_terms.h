#ifndef CONCORDAT_AUTH_SHARING_TERMS_H_
#define CONCORDAT_AUTH_SHARING_TERMS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/policy.pb.h"

namespace concordat::auth {

// One record on its way: from whom, to whom, for what and when. What is left out is refused where
// it is asked for. Holds no text of its own: what it points at must outlive it.
struct Sharing {
  std::string_view source_agency;
  v1::Role source_role = v1::ROLE_UNSPECIFIED;  // As the entry has it; old entries have none.
  std::string_view reader_agency;
  v1::Purpose purpose = v1::PURPOSE_UNSPECIFIED;
  absl::Time decided_at = absl::InfinitePast();
  absl::Time embargo_until = absl::InfinitePast();  // InfinitePast: no embargo.
};

// What a release policy asks between agencies, above rows and fields: legal gateways by role and
// purpose, and agreements by agency, purpose and time. Compiled: an answer is a few look-ups and
// allocates nothing. Immutable, thread-safe. Made of nothing it asks for nothing.
class SharingTerms {
 public:
  static constexpr char kAgreementPrefix[] = "agreement-";  // Of rule ids, before the agreement's.

  SharingTerms() = default;

  // INVALID_ARGUMENT, naming the field, for: a gateway rule with an empty list, an unspecified or
  // unknown number, one twice, or a gateway that auth/legal_basis.h refuses to a recipient for a
  // purpose; the same gateway from a sender to a recipient for a purpose twice; a purpose of a role
  // whose gateway no gateway rule gives that role for that purpose, where there are gateway rules;
  // an agreement with an empty or repeated id, fewer than two agencies, a malformed one or one
  // twice, no purpose, an unspecified or unknown one or one twice, no valid_from or valid_until, or
  // the first not before the second; agreements that are not required, or required and none there.
  static absl::StatusOr<SharingTerms> Create(const v1::ReleasePolicy& policy);

  bool asks_for_gateway() const { return asks_for_gateway_; }
  bool asks_for_agreement() const { return asks_for_agreement_; }

  // True for all where no gateway is asked for; else false for what is no role or no purpose.
  bool HasGateway(v1::Role sender, v1::Role recipient, v1::Purpose purpose) const;

  // The rule id ("agreement-" and its id) of the first agreement of both agencies for the purpose
  // with valid_from <= at < valid_until; null for none. Lives as long as this, also across a move.
  const std::string* FindAgreement(std::string_view source, std::string_view reader,
                                   v1::Purpose purpose, absl::Time at) const;

 private:
  friend class SharingCompiler;

  static constexpr size_t kRoles = v1::Role_ARRAYSIZE;

  struct Term {
    std::string rule_id;
    uint32_t purposes;  // Bit n: Purpose n.
    absl::Time from;
    absl::Time until;
  };
  using TermsOfAgency = std::pair<std::string, std::vector<size_t>>;  // Into terms_, ascending.

  const std::vector<size_t>* TermsOf(std::string_view agency) const;  // Null for none.

  bool asks_for_gateway_ = false;
  bool asks_for_agreement_ = false;
  // By sender and recipient; bit n: Purpose n.
  std::array<std::array<uint32_t, kRoles>, kRoles> gateways_ = {};
  std::vector<Term> terms_;
  std::vector<TermsOfAgency> by_agency_;  // Ordered by agency.
};

}  // namespace concordat::auth

#endif  // CONCORDAT_AUTH_SHARING_TERMS_H_
