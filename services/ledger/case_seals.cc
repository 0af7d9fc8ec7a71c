#include "services/ledger/case_seals.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status_macros.h"
#include "storage/alert_store.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::services {
namespace {

bool MayBeSame(const v1::PersonTokens& a, const v1::PersonTokens& b) {
  if (!a.pnc_token().empty() && !b.pnc_token().empty() && a.pnc_token() != b.pnc_token()) {
    return false;
  }
  return std::any_of(a.tokens().begin(), a.tokens().end(), [&](const std::string& token) {
    return std::binary_search(b.tokens().begin(), b.tokens().end(), token);
  });
}

bool ShareAPerson(const v1::CaseRecord& a, const v1::CaseRecord& b) {
  return std::any_of(a.persons().begin(), a.persons().end(), [&](const v1::CasePerson& one) {
    return std::any_of(b.persons().begin(), b.persons().end(), [&](const v1::CasePerson& other) {
      return MayBeSame(one.identifiers(), other.identifiers());
    });
  });
}

// Those that began at `record` and follow its persons.
std::vector<v1::CaseSeal> SealsOf(const v1::CaseRecord& record) {
  std::vector<v1::CaseSeal> seals;
  for (const v1::CaseSeal& seal : record.seals()) {
    if (seal.origin() == record.case_id() && !seal.this_case_only()) seals.push_back(seal);
  }
  return seals;
}

bool Has(const v1::CaseRecord& record, const v1::CaseSeal& seal) {
  return std::any_of(record.seals().begin(), record.seals().end(), [&](const auto& known) {
    return known.agency() == seal.agency() && known.origin() == seal.origin();
  });
}

// A victim service that a seal keeps out, so that somebody must stand in for it.
bool KeepsOutAVictimService(const v1::CaseRecord& record,
                            const IsVictimService& is_victim_service) {
  return std::any_of(record.parties().begin(), record.parties().end(), [&](const auto& party) {
    return is_victim_service(party.agency()) && storage::IsSealedAgainst(record, party.agency());
  });
}

absl::Status PlanMovesOf(const storage::Reader& reader, const v1::CaseRecord& record,
                         const std::vector<std::string>& recipients, AlertNumbers* numbers,
                         SealSpread* spread) {
  const std::string& agency = spread->seal().agency();
  uint64_t after = 0;
  for (bool more = true; more;) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::AlertRecord> alerts,
                               storage::ListUnacknowledged(reader, agency, after, kAlertPageMax));
    more = alerts.size() == kAlertPageMax;
    for (const v1::AlertRecord& alert : alerts) {
      after = alert.sequence();
      if (alert.case_id() != record.case_id()) continue;
      spread->add_withdrawn(alert.sequence());
      for (const std::string& recipient : recipients) {
        v1::LogEntry::AlertRaised& raised = *spread->add_alerts();
        raised.set_agency(recipient);
        CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence, numbers->Next(recipient));
        raised.set_sequence(sequence);
        raised.set_event_index(alert.event_index());
        raised.set_case_id(alert.case_id());
        raised.set_severity(alert.severity());
        *raised.mutable_acknowledge_by() = alert.acknowledge_by();
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::CaseRecord>> LinkedCases(const storage::Reader& reader,
                                                        const v1::CaseRecord& record) {
  std::set<std::string> ids;
  for (const v1::CasePerson& person : record.persons()) {
    for (const std::string& token : person.identifiers().tokens()) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> cases,
                                 storage::CasesOfToken(reader, token));
      ids.insert(cases.begin(), cases.end());
    }
  }
  ids.erase(record.case_id());
  std::vector<v1::CaseRecord> linked;
  for (const std::string& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord other, storage::GetCase(reader, id));
    if (other.erased() || !other.own_of().empty() || !ShareAPerson(record, other)) continue;
    linked.push_back(std::move(other));
  }
  return linked;
}

std::vector<std::string> AlertableIn(const v1::CaseRecord& record,
                                     const IsVictimService& is_victim_service) {
  std::vector<std::string> agencies;
  for (const v1::CaseParty& party : record.parties()) {
    if (is_victim_service(party.agency()) && !storage::IsSealedAgainst(record, party.agency())) {
      agencies.push_back(party.agency());
    }
  }
  return agencies;
}

SealSpread SpreadTo(const v1::CaseSeal& seal, const v1::CaseRecord& origin,
                    const IsVictimService& is_victim_service, v1::CaseRecord* record) {
  SealSpread spread;
  spread.set_case_id(record->case_id());
  *spread.mutable_seal() = seal;
  spread.mutable_seal()->clear_spread_to();
  storage::ApplySeal(spread.seal(), record);
  if (!KeepsOutAVictimService(*record, is_victim_service) ||
      !AlertableIn(*record, is_victim_service).empty()) {
    return spread;
  }
  for (const std::string& agency : AlertableIn(origin, is_victim_service)) {
    if (storage::IsParty(*record, agency)) continue;
    record->add_parties()->set_agency(agency);
    spread.add_parties_joined(agency);
  }
  return spread;
}

absl::StatusOr<std::vector<SealSpread>> SpreadByEvent(const storage::Reader& reader,
                                                      const IsVictimService& is_victim_service,
                                                      v1::CaseRecord* record) {
  std::vector<SealSpread> spreads;
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<v1::CaseRecord> linked, LinkedCases(reader, *record));
  for (v1::CaseRecord& other : linked) {
    for (const v1::CaseSeal& seal : SealsOf(other)) {
      if (!Has(*record, seal)) {
        spreads.push_back(SpreadTo(seal, other, is_victim_service, record));
      }
    }
    for (const v1::CaseSeal& seal : SealsOf(*record)) {
      if (!Has(other, seal)) {
        spreads.push_back(SpreadTo(seal, *record, is_victim_service, &other));
      }
    }
  }
  return spreads;
}

absl::StatusOr<uint64_t> AlertNumbers::Next(const std::string& agency) {
  const auto [last, first_of_agency] = last_.try_emplace(agency, 0);
  if (first_of_agency) {
    CONCORDAT_ASSIGN_OR_RETURN(const storage::AlertCounts counts,
                               storage::Counts(*reader_, agency));
    last->second = counts.last_sequence;
  }
  return ++last->second;
}

absl::Status PlanMoves(const storage::Reader& reader, const IsVictimService& is_victim_service,
                       const std::map<std::string, v1::CaseRecord>& records, AlertNumbers* numbers,
                       google::protobuf::RepeatedPtrField<SealSpread>* spreads) {
  std::set<std::pair<std::string, std::string>> planned;  // An alert is moved once.
  for (SealSpread& spread : *spreads) {
    if (!planned.emplace(spread.seal().agency(), spread.case_id()).second) continue;
    const v1::CaseRecord& record = records.at(spread.case_id());
    const std::vector<std::string> recipients = AlertableIn(record, is_victim_service);
    if (recipients.empty()) continue;
    CONCORDAT_RETURN_IF_ERROR(PlanMovesOf(reader, record, recipients, numbers, &spread));
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
