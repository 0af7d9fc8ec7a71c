#include "services/ledger/event_appender.h"

#include <algorithm>
#include <utility>

#include "auth/event_type.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/blind.h"
#include "services/ledger/errors.h"
#include "services/ledger/event_facts.h"
#include "services/ledger/log_entries.h"
#include "services/ledger/sealed_event.h"
#include "storage/alert_store.h"
#include "storage/case_store.h"
#include "storage/idempotency_store.h"

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

}  // namespace

std::string EventAppender::Key(const std::string& agency, const v1::CaseEvent& event,
                               std::string_view reference, uint32_t revision) const {
  // Lengths before the parts, so that no two keys are the same text.
  return Blind(*vault_, "event-key",
               StrCat(agency.size(), ":", agency, event.source_system().size(), ":",
                      event.source_system(), reference.size(), ":", reference, ":", revision));
}

absl::StatusOr<EventAppender::Prepared> EventAppender::Prepare(const Caller& caller,
                                                               v1::PushRequest push,
                                                               bool faces_perpetrator) const {
  Prepared prepared;
  prepared.push = std::move(push);
  const v1::CaseEvent& event = prepared.push.event();
  const std::string& agency = caller.agency.id();
  prepared.actor = ActorOf(caller);
  prepared.role = caller.agency.role();
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

  prepared.may_join = !faces_perpetrator && InArea(caller.agency, options_.police_force_area);
  auto& joining = prepared.joining_parties;
  for (int i = 0; i < event.marac_referral().invited_agencies_size(); ++i) {
    const v1::Agency* invited = directory_->Find(event.marac_referral().invited_agencies(i));
    if (invited == nullptr || invited->role_service()) return errors::InvitedAgencyUnknown(i);
    joining.push_back(invited->id());
  }
  const auto join = [&](const std::vector<const v1::Agency*>& agencies) {
    for (const v1::Agency* party : agencies) {
      if (!party->role_service()) joining.push_back(party->id());
    }
  };
  join(directory_->WithRole(v1::POLICE, options_.police_force_area));
  join(directory_->WithRole(v1::MARAC_COORDINATOR, options_.police_force_area));
  for (const std::string& code : VictimLocalAuthorities(event)) {
    join(directory_->VictimServicesFor(code));
  }
  return prepared;
}

absl::Status EventAppender::Apply(const Prepared& prepared, std::string_view policy_digest,
                                  storage::Transaction& transaction, AppendOutcome* outcome) const {
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

  // The events that this one takes the place of, and whether a later revision is here already.
  std::vector<v1::IdempotencyRecord> replaced;
  bool late = false;
  LeafIndex later{0};
  absl::StatusOr<storage::LatestRevision> latest =
      storage::GetLatestRevision(transaction, prepared.series_key);
  if (latest.ok()) {
    late = latest->revision > event.revision();
    later = latest->index;
    if (!late) {
      const std::string key =
          Key(prepared.actor.agency(), event, event.source_reference(), latest->revision);
      CONCORDAT_ASSIGN_OR_RETURN(v1::IdempotencyRecord record,
                                 storage::GetIdempotencyRecord(transaction, key));
      replaced.push_back(std::move(record));
    }
  } else if (!absl::IsNotFound(latest.status())) {
    return latest.status();
  }
  if (event.has_correction()) {
    absl::StatusOr<v1::IdempotencyRecord> corrected =
        storage::GetIdempotencyRecord(transaction, prepared.corrected_key);
    if (absl::IsNotFound(corrected.status())) return errors::CorrectedEventNotFound();
    CONCORDAT_RETURN_IF_ERROR(corrected.status());
    replaced.push_back(*std::move(corrected));
  }

  PlacementRequest request;
  request.event = &event;
  request.agency = prepared.actor.agency();
  request.tokens = prepared.tokens;
  request.joining_parties = prepared.joining_parties;
  request.may_join = prepared.may_join;
  for (const v1::IdempotencyRecord& record : replaced) {
    request.earlier_cases.insert(request.earlier_cases.end(), record.case_ids().begin(),
                                 record.case_ids().end());
  }
  absl::StatusOr<Placement> placed = PlaceEvent(*vault_, transaction, request);
  if (absl::IsNotFound(placed.status())) {
    outcome->refused = placed.status();
    transaction.AppendEntry(RefusedEntry(prepared.actor, prepared.push.purpose(), "Ledger.Append",
                                         *vault_, event.case_id(), "not-party"));
    return absl::OkStatus();
  }
  CONCORDAT_RETURN_IF_ERROR(placed.status());

  v1::LogEntry entry =
      EntryFor(prepared.actor, prepared.push.purpose(),
               event.revision() > 1 || event.has_correction() ? v1::ALTERATION : v1::COLLECTION);
  entry.set_policy_digest(std::string(policy_digest));
  v1::LogEntry::Collected& collected = *entry.mutable_collected();
  collected.set_type(auth::TypeOf(event));
  collected.set_idempotency_key(prepared.key);
  collected.set_content_digest(prepared.content_digest);
  collected.set_source_class(event.source_class());
  *collected.mutable_occurred_at() = event.occurred_at();
  const LeafIndex index = transaction.NextIndex();
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<v1::SealedPart> parts,
      SealEvent(*vault_, transaction, index, event, placed->cases.front().record.case_id(),
                placed->person_subjects));
  for (v1::SealedPart& part : parts) *collected.add_parts() = std::move(part);
  for (const v1::IdempotencyRecord& record : replaced) {
    collected.add_supersedes(record.leaf_index());
    storage::MarkSuperseded(transaction, LeafIndex{record.leaf_index()}, index);
  }
  if (late) storage::MarkSuperseded(transaction, index, later);
  for (const PlacedCase& item : placed->cases) {
    entry.add_case_ids(item.record.case_id());
    *collected.add_case_changes() = item.change;
    storage::AddCaseEvent(transaction, item.record.case_id(), ToTime(event.occurred_at()), index);
    if (item.sender_is_party) outcome->case_ids.push_back(item.record.case_id());
  }
  outcome->index = transaction.AppendEntry(std::move(entry));

  v1::IdempotencyRecord record;
  record.set_leaf_index(index.value);
  record.set_content_digest(prepared.content_digest);
  record.mutable_case_ids()->Assign(outcome->case_ids.begin(), outcome->case_ids.end());
  storage::PutIdempotencyRecord(transaction, prepared.key, record);
  if (!late)
    storage::PutLatestRevision(transaction, prepared.series_key, {event.revision(), index});
  return late ? absl::OkStatus() : RaiseAlerts(prepared, *placed, index, transaction, outcome);
}

std::vector<std::string> EventAppender::AlertedIn(
    const v1::CaseRecord& record, const std::string& sender,
    const std::vector<std::string>& local_authorities) const {
  std::vector<std::string> responsible, others;
  for (const v1::CaseParty& party : record.parties()) {
    const v1::Agency* agency = directory_->Find(party.agency());
    if (agency == nullptr || agency->role() != v1::VICTIM_SERVICE || agency->id() == sender) {
      continue;
    }
    (Serves(*agency, local_authorities) ? responsible : others).push_back(agency->id());
  }
  // Nobody is known to be responsible: everyone who works with this victim is told, rather than
  // nobody.
  return responsible.empty() ? others : responsible;
}

absl::Status EventAppender::RaiseAlerts(const Prepared& prepared, const Placement& placement,
                                        LeafIndex event_index, storage::Transaction& transaction,
                                        AppendOutcome* outcome) const {
  const v1::CaseEvent& event = prepared.push.event();
  const v1::Severity severity = AlertSeverity(event);
  if (severity == v1::SEVERITY_UNSPECIFIED) return absl::OkStatus();
  const std::vector<std::string> codes = VictimLocalAuthorities(event);
  const absl::Time now = transaction.now();
  for (const PlacedCase& item : placement.cases) {
    for (const std::string& agency : AlertedIn(item.record, prepared.actor.agency(), codes)) {
      v1::AlertRecord alert;
      alert.set_alert_index(transaction.NextIndex().value);
      alert.set_event_index(event_index.value);
      alert.set_case_id(item.record.case_id());
      alert.set_severity(severity);
      *alert.mutable_raised_at() = ToTimestamp(now);
      *alert.mutable_acknowledge_by() =
          ToTimestamp(now + AcknowledgeWithin(severity, options_.urgent_acknowledge));
      CONCORDAT_ASSIGN_OR_RETURN(uint64_t sequence,
                                 storage::RaiseAlert(transaction, agency, alert));
      v1::LogEntry entry = EntryFor(prepared.actor, prepared.push.purpose(), v1::ALERT);
      entry.add_case_ids(item.record.case_id());
      v1::LogEntry::AlertRaised& raised = *entry.mutable_alert_raised();
      raised.set_agency(agency);
      raised.set_sequence(sequence);
      raised.set_event_index(event_index.value);
      raised.set_severity(severity);
      *raised.mutable_acknowledge_by() = alert.acknowledge_by();
      transaction.AppendEntry(std::move(entry));
      outcome->alerted.push_back(agency);
    }
  }
  return absl::OkStatus();
}

}  // namespace concordat::services
