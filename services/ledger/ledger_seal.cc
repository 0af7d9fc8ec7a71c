// The Ledger's seals: a case is not there any more for an agency that somebody of it works for.
#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "services/ledger/case_seals.h"
#include "services/ledger/errors.h"
#include "services/ledger/ledger.h"
#include "services/ledger/notices.h"
#include "services/ledger/release_notices.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/reading_store.h"

namespace concordat::services {
namespace {

using storage::Transaction;
using CaseSealed = v1::LogEntry::CaseSealed;

// The cases that a seal reaches by now, and those that it reached before.
absl::StatusOr<std::vector<v1::CaseRecord>> Reached(const storage::Reader& reader,
                                                    const v1::CaseRecord& origin,
                                                    const v1::CaseSeal* known) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<v1::CaseRecord> reached, LinkedCases(reader, origin));
  if (known == nullptr) return reached;
  for (const std::string& id : known->spread_to()) {
    const bool linked = std::any_of(reached.begin(), reached.end(),
                                    [&](const auto& record) { return record.case_id() == id; });
    if (linked) continue;
    CONCORDAT_ASSIGN_OR_RETURN(reached.emplace_back(), storage::GetCase(reader, id));
  }
  return reached;
}

absl::Status PlanSeal(const Transaction& transaction, const IsVictimService& is_victim_service,
                      const v1::CaseSeal& seal, v1::CaseRecord origin, CaseSealed* sealed) {
  std::vector<v1::CaseRecord> others;
  if (!seal.this_case_only()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        others,
        Reached(transaction, origin, storage::FindSeal(&origin, seal.agency(), seal.origin())));
  }
  *sealed->add_spread() = SpreadTo(seal, origin, is_victim_service, &origin);
  // Whoever stands in for a sealed victim service comes from here.
  if (is_victim_service(seal.agency()) && AlertableIn(origin, is_victim_service).empty()) {
    return errors::NobodyLeftToAlert();
  }
  std::map<std::string, v1::CaseRecord> records;
  for (v1::CaseRecord& other : others) {
    *sealed->add_spread() = SpreadTo(seal, origin, is_victim_service, &other);
    records[other.case_id()] = std::move(other);
  }
  records[origin.case_id()] = std::move(origin);
  AlertNumbers numbers(&transaction);
  return PlanMoves(transaction, is_victim_service, records, &numbers, sealed->mutable_spread());
}

// A recall is of whoever should never have had the case: not of who opened it, nor where there is
// nothing to be destroyed. Whoever is sealed out already is told nothing of the case.
absl::Status CheckRecall(const v1::CaseRecord& record, const std::string& agency,
                         const std::vector<LeafIndex>& given) {
  if (storage::IsSealedAgainst(record, agency)) return errors::SealedAlready();
  const bool opened = record.parties_size() > 0 && record.parties(0).agency() == agency;
  if (opened || (given.empty() && !storage::IsParty(record, agency))) return errors::NoRecipient();
  return absl::OkStatus();
}

absl::Status TellRecalled(const storage::Reader& reader, const v1::Agency& agency,
                          const std::string& case_id, const std::vector<LeafIndex>& given,
                          v1::LogEntry* entry) {
  if (agency.suspended()) return absl::OkStatus();
  NoticeNumbers numbers(&reader);
  for (const v1::Desk desk : {v1::CASEWORK, v1::DATA_PROTECTION}) {
    if (desk == v1::DATA_PROTECTION && !HasOfficer(agency)) continue;
    v1::Notice notice;
    notice.set_agency(agency.id());
    notice.set_desk(desk);
    notice.set_kind(v1::RECIPIENT_RECALLED);
    notice.set_case_id(case_id);
    for (const LeafIndex disclosure : given) notice.add_about(disclosure.value);
    CONCORDAT_RETURN_IF_ERROR(AddNotice(std::move(notice), &numbers, entry));
  }
  return absl::OkStatus();
}

void PlanLift(const v1::CaseSeal& known, CaseSealed* sealed) {
  v1::CaseSeal lifted = known;
  lifted.clear_spread_to();
  const auto add = [&](const std::string& case_id) {
    v1::LogEntry::SealSpread& spread = *sealed->add_spread();
    spread.set_case_id(case_id);
    *spread.mutable_seal() = lifted;
  };
  add(known.origin());
  for (const std::string& case_id : known.spread_to()) add(case_id);
}

}  // namespace

void Ledger::SealCase(const Caller& caller, const v1::SealCaseRequest& request,
                      Done<v1::Receipt> done) {
  const v1::Agency* against = trust_->directory().Find(request.agency());
  if (against == nullptr || against->role_service()) return done(errors::SealedAgencyUnknown());
  if (against->id() == caller.agency.id()) return done(errors::SealAgainstOneself());
  RecordOfCase(
      caller, request.purpose(), request.case_id(), v1::CASE_SEALED,
      [request, recalled = *against, is_victim_service = rules_.get().appender().VictimServices()](
          const Transaction& transaction, v1::CaseRecord record, v1::LogEntry* entry) {
        if (record.erased()) return errors::CaseErased();
        CaseSealed& sealed = *entry->mutable_case_sealed();
        sealed.set_sealed(request.sealed());
        sealed.set_authority_reference(request.authority_reference());
        v1::CaseSeal seal;
        seal.set_agency(request.agency());
        seal.set_sealed_by(entry->actor().agency());
        seal.set_origin(request.case_id());
        const v1::CaseSeal* known = storage::FindSeal(&record, seal.agency(), seal.origin());
        if (known != nullptr && known->sealed_by() != seal.sealed_by()) {
          return errors::SealedByAnother();
        }
        if (request.recall()) {
          CONCORDAT_ASSIGN_OR_RETURN(
              const std::vector<LeafIndex> given,
              storage::DisclosuresTo(transaction, request.case_id(), seal.agency(), kCasePageMax));
          CONCORDAT_RETURN_IF_ERROR(CheckRecall(record, seal.agency(), given));
          CONCORDAT_RETURN_IF_ERROR(
              TellRecalled(transaction, recalled, request.case_id(), given, entry));
          seal.set_this_case_only(true);
        }
        if (request.sealed()) {
          CONCORDAT_RETURN_IF_ERROR(
              PlanSeal(transaction, is_victim_service, seal, std::move(record), &sealed));
        } else {
          if (known == nullptr) return errors::NotSealed();
          PlanLift(*known, &sealed);
        }
        for (const auto& spread : sealed.spread()) entry->add_case_ids(spread.case_id());
        return absl::OkStatus();
      },
      [this, done = std::move(done)](absl::StatusOr<LeafIndex> index) {
        if (!index.ok()) return done(index.status());
        hub_.Notify();  // Alerts may have been raised again.
        done(ReceiptFor(*index));
      });
}

}  // namespace concordat::services
