#include "services/ledger/event_appender.h"

#include <algorithm>
#include <map>
#include <utility>

#include "auth/event_type.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/blind.h"
#include "services/ledger/errors.h"
#include "services/ledger/event_facts.h"
#include "services/ledger/identity_tokens.h"
#include "services/ledger/log_entries.h"
#include "services/ledger/release_notices.h"
#include "services/ledger/sealed_event.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/idempotency_store.h"
#include "storage/projection.h"

namespace concordat::services {
namespace {

bool Serves(const v1::Agency& agency, const std::vector<std::string>& local_authorities) {
  const auto& served = agency.local_authorities();
  return std::any_of(served.begin(), served.end(), [&](const std::string& code) {
    return std::binary_search(local_authorities.begin(), local_authorities.end(), code);
  });
}

bool InArea(const v1::Agency& agency, const std::string& area) {
  const auto& areas = agency.police_force_areas();
  return std::find(areas.begin(), areas.end(), area) != areas.end();
}

// Who learns of later events about persons that they reported, without being invited: those who
// push other events than referrals. For the rest a referral is only a claim.
bool FollowsWhomItReported(v1::Role role) {
  return role == v1::POLICE || role == v1::CHILDRENS_SOCIAL_CARE || role == v1::ADULT_SOCIAL_CARE ||
         role == v1::VICTIM_SERVICE;
}

}  // namespace

std::string EventAppender::Key(const std::string& agency, const v1::CaseEvent& event,
                               std::string_view reference, uint32_t revision) const {
  // Lengths before the parts, so that no two keys are the same text.
  return Blind(*vault_, "event-key",
               StrCat(agency.size(), ":", agency, event.source_system().size(), ":",
                      event.source_system(), reference.size(), ":", reference, ":", revision));
}

absl::StatusOr<EventAppender::Prepared> EventAppender::Prepare(const Caller& caller,
                                                               v1::PushRequest push) const {
  Prepared prepared;
  prepared.push = std::move(push);
  const v1::CaseEvent& event = prepared.push.event();
  const std::string& agency = caller.agency.id();
  prepared.begun = EntryFor(caller, prepared.push.purpose(), v1::COLLECTION, *policy_);
  prepared.method = caller.method;
  prepared.own_only = !FollowsWhomItReported(caller.agency.role());
  prepared.key = Key(agency, event, event.source_reference(), event.revision());
  prepared.series_key = Key(agency, event, event.source_reference(), 0);
  if (event.has_correction()) {
    prepared.corrected_key = Key(agency, event, event.correction().corrects_reference(),
                                 event.correction().corrects_revision());
  }
  prepared.content_digest = Blind(*vault_, "event-content", event.SerializeAsString());
  for (const v1::Person& person : event.persons()) {
    prepared.tokens.push_back(TokensOf(*vault_, agency, event.source_system(), person));
  }
  if (!event.has_marac_referral()) return prepared;

  prepared.may_join =
      !policy_->FacesPerpetrator(caller.view) && InArea(caller.agency, options_.police_force_area);
  auto& joining = prepared.joining_parties;
  for (int i = 0; i < event.marac_referral().invited_agencies_size(); ++i) {
    const v1::Agency* invited =
        trust_->directory().Find(event.marac_referral().invited_agencies(i));
    if (invited == nullptr || invited->role_service()) return errors::InvitedAgencyUnknown(i);
    joining.push_back(invited->id());
  }
  const auto join = [&](const std::vector<const v1::Agency*>& agencies) {
    for (const v1::Agency* party : agencies) {
      if (!party->role_service()) joining.push_back(party->id());
    }
  };
  join(trust_->directory().WithRole(v1::POLICE, options_.police_force_area));
  join(trust_->directory().WithRole(v1::MARAC_COORDINATOR, options_.police_force_area));
  for (const std::string& code : VictimLocalAuthorities(event)) {
    join(trust_->directory().VictimServicesFor(code));
  }
  return prepared;
}

absl::StatusOr<EventAppender::Earlier> EventAppender::FindEarlier(
    const Prepared& prepared, const storage::Reader& reader) const {
  const v1::CaseEvent& event = prepared.push.event();
  Earlier earlier;
  absl::StatusOr<storage::LatestRevision> latest =
      storage::GetLatestRevision(reader, prepared.series_key);
  if (latest.ok() && latest->revision > event.revision()) {
    earlier.superseded_by = latest->index;
  } else if (latest.ok()) {
    const std::string key =
        Key(prepared.begun.actor().agency(), event, event.source_reference(), latest->revision);
    CONCORDAT_ASSIGN_OR_RETURN(earlier.replaced.emplace_back(),
                               storage::GetIdempotencyRecord(reader, key));
  } else if (!absl::IsNotFound(latest.status())) {
    return latest.status();
  }
  if (event.has_correction()) {
    absl::StatusOr<v1::IdempotencyRecord> corrected =
        storage::GetIdempotencyRecord(reader, prepared.corrected_key);
    if (absl::IsNotFound(corrected.status())) return errors::CorrectedEventNotFound();
    CONCORDAT_RETURN_IF_ERROR(corrected.status());
    earlier.replaced.push_back(*std::move(corrected));
  }
  return earlier;
}

absl::Status EventAppender::Seal(const Prepared& prepared, const Placement& placement,
                                 LeafIndex index, storage::Writer& writer,
                                 v1::LogEntry::Collected* collected) const {
  const v1::CaseEvent& event = prepared.push.event();
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<v1::SealedPart> parts,
      SealEvent(*vault_, writer, index, event, placement.cases.front().record.case_id(),
                placement.person_subjects));
  for (v1::SealedPart& part : parts) *collected->add_parts() = std::move(part);
  for (size_t i = 0; i < placement.token_persons.size(); ++i) {
    const int person = placement.token_persons[i];
    CONCORDAT_ASSIGN_OR_RETURN(
        *collected->add_token_parts(),
        vault_->Seal(writer, placement.person_subjects[person], index,
                     storage::TokenPartNumber(*collected, static_cast<int>(i)),
                     placement.tokens[person].SerializeAsString()));
  }
  return absl::OkStatus();
}

absl::Status EventAppender::Apply(const Prepared& prepared, storage::Transaction& transaction,
                                  AppendOutcome* outcome) const {
  const v1::CaseEvent& event = prepared.push.event();
  absl::StatusOr<v1::IdempotencyRecord> known =
      storage::GetIdempotencyRecord(transaction, prepared.key);
  if (known.ok()) {
    if (known->content_digest() != prepared.content_digest) {
      return errors::ChangedRetry(prepared.content_digest, known->content_digest());
    }
    outcome->index = LeafIndex{known->leaf_index()};
    outcome->case_ids.assign(known->case_ids().begin(), known->case_ids().end());
    return absl::OkStatus();
  }
  if (!absl::IsNotFound(known.status())) return known.status();

  CONCORDAT_ASSIGN_OR_RETURN(const Earlier earlier, FindEarlier(prepared, transaction));
  PlacementRequest request;
  request.event = &event;
  request.sender = prepared.begun.actor().agency();
  CONCORDAT_ASSIGN_OR_RETURN(request.conflicts,
                             Conflicts::Of(transaction, *vault_, prepared.begun.actor()));
  request.own_only = prepared.own_only;
  request.is_victim_service = VictimServices();
  request.tokens = prepared.tokens;
  request.joining_parties = prepared.joining_parties;
  request.may_join = prepared.may_join;
  for (const v1::IdempotencyRecord& record : earlier.replaced) {
    request.earlier_cases.insert(request.earlier_cases.end(), record.case_ids().begin(),
                                 record.case_ids().end());
  }
  absl::StatusOr<Placement> placed = PlaceEvent(*vault_, transaction, request);
  if (absl::IsNotFound(placed.status())) {
    outcome->refused = placed.status();
    transaction.AppendEntry(
        RefusedEntry(prepared.begun, prepared.method, *vault_, event.case_id(), "not-party"));
    return absl::OkStatus();
  }
  CONCORDAT_RETURN_IF_ERROR(placed.status());

  v1::LogEntry entry = prepared.begun;
  if (event.revision() > 1 || event.has_correction()) entry.set_operation(v1::ALTERATION);
  v1::LogEntry::Collected& collected = *entry.mutable_collected();
  collected.set_type(auth::TypeOf(event));
  collected.set_idempotency_key(prepared.key);
  collected.set_content_digest(prepared.content_digest);
  collected.set_series_key(prepared.series_key);
  collected.set_revision(event.revision());
  collected.set_source_class(event.source_class());
  collected.set_says_where_victim_lives(SaysWhereVictimLives(event));
  *collected.mutable_occurred_at() = event.occurred_at();
  CONCORDAT_RETURN_IF_ERROR(
      Seal(prepared, *placed, transaction.NextIndex(), transaction, &collected));
  for (const v1::IdempotencyRecord& record : earlier.replaced) {
    collected.add_supersedes(record.leaf_index());
  }
  if (earlier.superseded_by.has_value()) {
    collected.set_superseded_by(earlier.superseded_by->value);
  }
  for (const PlacedCase& item : placed->cases) {
    entry.add_case_ids(item.record.case_id());
    *collected.add_case_changes() = item.change;
    if (!item.there_for_sender) continue;
    collected.add_receipt_case_ids(item.record.case_id());
    outcome->case_ids.push_back(item.record.case_id());
  }
  collected.mutable_combined_subject_ids()->Assign(placed->combined_subjects.begin(),
                                                   placed->combined_subjects.end());
  const v1::Severity severity = AlertSeverity(event);
  outcome->may_alert = severity != v1::SEVERITY_UNSPECIFIED && !earlier.superseded_by.has_value();
  AlertNumbers numbers(&transaction);
  if (outcome->may_alert) {
    CONCORDAT_RETURN_IF_ERROR(
        RaiseAlerts(prepared, *placed, severity, transaction.now(), &numbers, &collected));
  }
  using Cases = std::map<std::string, v1::CaseRecord>;
  CONCORDAT_ASSIGN_OR_RETURN(const Cases cases,
                             SpreadSeals(transaction, *placed, &numbers, &collected));
  CONCORDAT_RETURN_IF_ERROR(AddCorrectionNotices(
      {&transaction, &trust_->directory(), policy_, transaction.now()}, cases, &entry));
  CONCORDAT_RETURN_IF_ERROR(
      AddStaffNotices({&transaction, &trust_->directory(), policy_, transaction.now()}, *staff_,
                      prepared.tokens, cases, &entry));
  outcome->index = transaction.AppendEntry(std::move(entry));
  return absl::OkStatus();
}

std::vector<std::string> EventAppender::AlertedIn(
    const v1::CaseRecord& record, const std::string& sender,
    const std::vector<std::string>& local_authorities) const {
  std::vector<std::string> responsible, others;
  for (const v1::CaseParty& party : record.parties()) {
    const v1::Agency* agency = trust_->directory().Find(party.agency());
    if (agency == nullptr || agency->role() != v1::VICTIM_SERVICE || agency->id() == sender ||
        storage::IsSealedAgainst(record, agency->id())) {
      continue;
    }
    (Serves(*agency, local_authorities) ? responsible : others).push_back(agency->id());
  }
  // Nobody is known to be responsible: everyone who works with this victim is told, rather than
  // nobody.
  return responsible.empty() ? others : responsible;
}

IsVictimService EventAppender::VictimServices() const {
  return [this](const std::string& id) {
    const v1::Agency* agency = trust_->directory().Find(id);
    return agency != nullptr && agency->role() == v1::VICTIM_SERVICE && !agency->suspended();
  };
}

absl::StatusOr<std::map<std::string, v1::CaseRecord>> EventAppender::SpreadSeals(
    const storage::Transaction& transaction, const Placement& placement, AlertNumbers* numbers,
    v1::LogEntry::Collected* collected) const {
  std::map<std::string, v1::CaseRecord> records;
  for (const PlacedCase& placed : placement.cases) {
    records[placed.record.case_id()] = placed.record;
  }
  for (const SealSpread& spread : placement.seals_spread) {
    *collected->add_seals_spread() = spread;
    if (records.count(spread.case_id()) > 0) continue;
    CONCORDAT_ASSIGN_OR_RETURN(records[spread.case_id()],
                               storage::GetCase(transaction, spread.case_id()));
  }
  for (const SealSpread& spread : placement.seals_spread) {
    storage::ApplySpread(spread, &records[spread.case_id()]);
  }
  CONCORDAT_RETURN_IF_ERROR(PlanMoves(transaction, VictimServices(), records, numbers,
                                      collected->mutable_seals_spread()));
  return records;
}

absl::Status EventAppender::RaiseAlerts(const Prepared& prepared, const Placement& placement,
                                        v1::Severity severity, absl::Time now,
                                        AlertNumbers* numbers,
                                        v1::LogEntry::Collected* collected) const {
  const std::vector<std::string> codes = VictimLocalAuthorities(prepared.push.event());
  const google::protobuf::Timestamp by =
      ToTimestamp(now + AcknowledgeWithin(severity, options_.urgent_acknowledge));
  for (const PlacedCase& item : placement.cases) {
    for (const std::string& agency :
         AlertedIn(item.record, prepared.begun.actor().agency(), codes)) {
      CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence, numbers->Next(agency));
      v1::LogEntry::AlertRaised& raised = *collected->add_alerts();
      raised.set_case_id(item.record.case_id());
      raised.set_agency(agency);
      raised.set_sequence(sequence);
      raised.set_severity(severity);
      *raised.mutable_acknowledge_by() = by;
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
