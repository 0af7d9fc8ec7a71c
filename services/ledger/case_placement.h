// Which cases an event belongs to, decided inside the writer's transaction.
//
// A case is one victim-survivor with one perpetrator (and their children). By exact identifiers:
// - an event that names a perpetrator and a victim joins the cases of that pair;
// - one that names only a perpetrator (custody, bail, release) joins every case of that
// perpetrator;
// - one that names only victims or children joins the cases in which they are.
// An agency is never let into a case by what it pushes: where none of the cases its event joins is
// there for it (not party, or sealed against), the event also opens a case of its own, and the
// receipt names that one only; so a push can't be used to ask whether a case exists. The same where
// a practitioner sends who is connected to a person of each of them. A MARAC referral by an agency
// of this police force area that does not face perpetrators is the exception: it joins, with those
// it invites. Others' later events join that case too (an agency that protects these persons learns
// of them), but not where the sender is sealed against, or pushes referrals only: then nobody
// else's ever do. Seals spread with the persons (case_seals.h).
#ifndef CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_
#define CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/log.pb.h"
#include "services/ledger/case_seals.h"
#include "services/ledger/conflicts.h"
#include "storage/vault.h"
#include "storage/writer.h"

namespace concordat::services {

struct PlacementRequest {
  const v1::CaseEvent* event;
  std::string sender;     // Its agency.
  Conflicts conflicts;    // Of the practitioner who sends, if one does.
  bool own_only = false;  // Its case of its own gets nobody else's events.
  IsVictimService is_victim_service;
  std::vector<v1::PersonTokens> tokens;      // One a person of the event, in order.
  std::vector<std::string> earlier_cases;    // Of the event that this one revises or corrects.
  std::vector<std::string> joining_parties;  // Besides the sender; only a referral has any.
  bool may_join = false;                     // The referral exception above.
};

struct PlacedCase {
  v1::CaseRecord record;  // After the change.
  v1::CaseChange change;
  bool there_for_sender = false;
};

struct Placement {
  std::vector<PlacedCase> cases;             // At least one; the first is there for the sender.
  std::vector<SealSpread> seals_spread;      // Without the alerts that they move.
  std::vector<std::string> person_subjects;  // One a person of the event, in order.
  std::vector<v1::PersonTokens> tokens;      // The same, bound to these subjects.
  // Whose identifiers the entry must seal, for the changes to point at: positions of persons in the
  // event. CasePersonChange.token_part is a position in here.
  std::vector<int> token_persons;
  // Subjects known before of whom more identifiers became known; sorted, each once.
  std::vector<std::string> combined_subjects;
};

// Tells where the event goes, and writes the keys of new cases and subjects to `writer`: nothing
// else, the rest is the entry's to say and the fold's to write. A case that was erased is matched
// by nothing. NOT_FOUND (errors::CaseNotFound) when event.case_id names a case that does not exist
// or isn't the sender's, FAILED_PRECONDITION (errors::CaseErased) when it was erased.
absl::StatusOr<Placement> PlaceEvent(const storage::Vault& vault, storage::Writer& writer,
                                     const PlacementRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_LEDGER_CASE_PLACEMENT_H_
