// Which cases an event belongs to, decided inside the writer's transaction.
//
// A case is one victim-survivor with one perpetrator (and their children). By exact identifiers:
// - an event that names a perpetrator and a victim joins the cases of that pair;
// - one that names only a perpetrator (custody, bail, release) joins every case of that
// perpetrator;
// - one that names only victims or children joins the cases in which they are.
// An agency is never let into a case by what it pushes: where it is party to none of the cases its
// event joins, the event also opens a case of its own, and the receipt names that one only; so a
// push can't be used to ask whether a case exists. A MARAC referral by an agency of this police
// force area that does not face perpetrators is the exception: it joins, with those it invites.
#ifndef CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_
#define CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/identity_tokens.h"
#include "storage/transaction.h"
#include "storage/vault.h"

namespace concordat::services {

struct PlacementRequest {
  const v1::CaseEvent* event;
  std::string agency;                        // The sender.
  std::vector<PersonTokens> tokens;          // One a person of the event, in order.
  std::vector<std::string> earlier_cases;    // Of the event that this one revises or corrects.
  std::vector<std::string> joining_parties;  // Besides the sender; only a referral has any.
  bool may_join = false;                     // The referral exception above.
};

struct PlacedCase {
  v1::CaseRecord record;  // After the change.
  v1::CaseChange change;
  bool sender_is_party = false;
};

struct Placement {
  std::vector<PlacedCase> cases;  // At least one; the first is one that the sender is party to.
  std::vector<std::string> person_subjects;  // One a person of the event, in order.
};

// Writes case records, person tokens and new subjects' keys to `transaction`, and tells where the
// event goes. NOT_FOUND (errors::CaseNotFound) when event.case_id names a case that does not exist
// or isn't the sender's.
absl::StatusOr<Placement> PlaceEvent(const storage::Vault& vault, storage::Transaction& transaction,
                                     const PlacementRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_
