#include "storage/projection.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "storage/alert_store.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"
#include "storage/connection_store.h"
#include "storage/erasure_scope.h"
#include "storage/erasure_store.h"
#include "storage/grant_store.h"
#include "storage/idempotency_store.h"
#include "storage/key_schema.h"
#include "storage/notice_store.h"
#include "storage/reading_store.h"
#include "storage/release_store.h"
#include "storage/seal_fold.h"

namespace concordat::storage {
namespace {

using Collected = v1::LogEntry::Collected;

absl::Status Contradiction(const v1::LogEntry& entry, std::string_view what) {
  return absl::DataLossError(
      StrCat("entry ", entry.index(), ": got ", what, ", want what the entries before it allow"));
}

LeafIndex IndexOf(const v1::LogEntry& entry) { return LeafIndex{entry.index()}; }

// The identifiers that the entry seals, in its order; an erased person's are empty.
absl::StatusOr<std::vector<v1::PersonTokens>> OpenTokens(const Vault& vault, const Reader& reader,
                                                         const v1::LogEntry& entry) {
  const Collected& collected = entry.collected();
  std::vector<v1::PersonTokens> tokens(collected.token_parts_size());
  for (int i = 0; i < collected.token_parts_size(); ++i) {
    const absl::StatusOr<std::string> plain =
        vault.Open(reader, collected.token_parts(i), IndexOf(entry), TokenPartNumber(collected, i));
    if (absl::IsNotFound(plain.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(plain.status());
    if (!tokens[i].ParseFromString(*plain))
      return Contradiction(entry, "identifiers that do not parse");
  }
  return tokens;
}

absl::Status ProjectCaseChange(Writer& writer, const v1::LogEntry& entry,
                               const v1::CaseChange& change,
                               const std::vector<v1::PersonTokens>& tokens) {
  absl::StatusOr<v1::CaseRecord> record = GetCase(writer, change.case_id());
  if (absl::IsNotFound(record.status()) && change.opened()) record = v1::CaseRecord();
  CONCORDAT_RETURN_IF_ERROR(record.status());
  ApplyChange(change, tokens, &*record);
  PutCase(writer, *record);
  AddCaseEvent(writer, change.case_id(), ToTime(entry.collected().occurred_at()), IndexOf(entry));
  for (const v1::CasePersonChange& joined : change.persons_joined()) {
    const v1::CasePerson* person = FindPerson(&*record, joined.subject_id());
    for (const std::string& token : person->identifiers().tokens()) {
      AddPersonToken(writer, token, change.case_id());
    }
  }
  return absl::OkStatus();
}

// `alert` says of which event and case.
absl::Status ProjectAlert(Writer& writer, const v1::LogEntry& entry,
                          const v1::LogEntry::AlertRaised& raised, v1::AlertRecord alert) {
  alert.set_severity(raised.severity());
  *alert.mutable_raised_at() = entry.recorded_at();
  *alert.mutable_acknowledge_by() = raised.acknowledge_by();
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence,
                             RaiseAlert(writer, raised.agency(), std::move(alert)));
  if (sequence != raised.sequence()) return Contradiction(entry, "an alert out of sequence");
  return absl::OkStatus();
}

absl::Status ProjectAlertsOfEvent(Writer& writer, const v1::LogEntry& entry) {
  const auto& cases = entry.case_ids();
  for (const v1::LogEntry::AlertRaised& raised : entry.collected().alerts()) {
    if (std::find(cases.begin(), cases.end(), raised.case_id()) == cases.end()) {
      return Contradiction(entry, "an alert of a case that is not the entry's");
    }
    v1::AlertRecord alert;
    alert.set_event_index(entry.index());
    alert.set_case_id(raised.case_id());
    CONCORDAT_RETURN_IF_ERROR(ProjectAlert(writer, entry, raised, std::move(alert)));
  }
  return absl::OkStatus();
}

// As logs of earlier builds have it.
absl::Status ProjectAlertEntry(Writer& writer, const v1::LogEntry& entry) {
  if (entry.case_ids_size() != 1) return Contradiction(entry, "an alert of other than one case");
  v1::AlertRecord alert;
  alert.set_alert_index(entry.index());
  alert.set_event_index(entry.alert_raised().event_index());
  alert.set_case_id(entry.case_ids(0));
  return ProjectAlert(writer, entry, entry.alert_raised(), std::move(alert));
}

absl::Status ProjectCollected(const Vault& vault, Writer& writer, const v1::LogEntry& entry) {
  const Collected& collected = entry.collected();
  const LeafIndex index = IndexOf(entry);
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<v1::PersonTokens> tokens,
                             OpenTokens(vault, writer, entry));
  for (const v1::CaseChange& change : collected.case_changes()) {
    CONCORDAT_RETURN_IF_ERROR(ProjectCaseChange(writer, entry, change, tokens));
  }
  for (const uint64_t superseded : collected.supersedes()) {
    MarkSuperseded(writer, LeafIndex{superseded}, index);
  }
  v1::IdempotencyRecord record;
  record.set_leaf_index(index.value);
  record.set_content_digest(collected.content_digest());
  *record.mutable_case_ids() = collected.receipt_case_ids();
  PutIdempotencyRecord(writer, collected.idempotency_key(), record);
  if (collected.has_superseded_by()) {
    MarkSuperseded(writer, index, LeafIndex{collected.superseded_by()});
  } else {
    PutLatestRevision(writer, collected.series_key(), {collected.revision(), index});
  }
  CONCORDAT_RETURN_IF_ERROR(ProjectAlertsOfEvent(writer, entry));
  return ProjectSpread(writer, entry);
}

absl::Status ProjectHold(Writer& writer, const v1::LogEntry& entry) {
  for (const std::string& case_id : entry.case_ids()) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(writer, case_id));
    auto& held_by = *record.mutable_evidence_held_by();
    const auto known = std::find(held_by.begin(), held_by.end(), entry.actor().agency());
    if (entry.evidence_held().held() && known == held_by.end()) {
      record.add_evidence_held_by(entry.actor().agency());
    } else if (!entry.evidence_held().held() && known != held_by.end()) {
      held_by.erase(known);
    }
    PutCase(writer, record);
  }
  return absl::OkStatus();
}

// Removes the person's identifiers, and returns them; those that another person of the case shares
// stay findable.
v1::PersonTokens PurgePerson(Writer& writer, v1::CaseRecord* record, v1::CasePerson* person) {
  v1::PersonTokens purged = person->identifiers();
  person->clear_identifiers();
  for (const std::string& token : purged.tokens()) {
    const bool shared = std::any_of(
        record->persons().begin(), record->persons().end(), [&](const v1::CasePerson& other) {
          const auto& tokens = other.identifiers().tokens();
          return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
        });
    if (!shared) RemovePersonToken(writer, token, record->case_id());
  }
  return purged;
}

// An entry that leaves out a case of the person would leave its identifiers there (R6), and a fold
// after the erasure, which can't open them, would not (R5).
absl::Status CheckPurged(const Reader& reader, const v1::LogEntry& entry,
                         const std::string& subject, const v1::PersonTokens& purged) {
  for (const std::string& token : purged.tokens()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> cases, CasesOfToken(reader, token));
    for (const std::string& case_id : cases) {
      CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(reader, case_id));
      const v1::CasePerson* person = FindPerson(&record, subject);
      if (person != nullptr && person->has_identifiers()) {
        return Contradiction(entry, "an erasure without one of its subject's cases");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ProjectErased(Writer& writer, const v1::LogEntry& entry) {
  const auto& subjects = entry.erased().subject_ids();
  for (const std::string& subject : subjects) writer.Delete(Family::kKeys, SubjectKey(subject));
  std::vector<std::pair<std::string, v1::PersonTokens>> purged;
  const std::set<std::string> erased(subjects.begin(), subjects.end());
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::set<std::string> cases,
      CasesOfErased(writer, {entry.case_ids().begin(), entry.case_ids().end()}, erased));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<SealedPlace> places,
                             SealedUnder(writer, cases, erased));
  for (const SealedPlace& place : places) {
    writer.Delete(Family::kSealed, SealedKey(place.index, place.part));
  }
  for (const std::string& case_id : cases) {
    CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(writer, case_id));
    for (v1::CasePerson& person : *record.mutable_persons()) {
      if (erased.count(person.subject_id()) == 0) continue;
      purged.emplace_back(person.subject_id(), PurgePerson(writer, &record, &person));
    }
    if (erased.count(case_id) > 0) record.set_erased(true);
    PutCase(writer, record);
  }
  for (const auto& [subject, tokens] : purged) {
    CONCORDAT_RETURN_IF_ERROR(CheckPurged(writer, entry, subject, tokens));
  }
  const LeafIndex request{entry.erased().request_index()};
  if (entry.erased().has_first_erased_at()) {
    const absl::StatusOr<v1::ErasureRecord> record = GetErasure(writer, request);
    const bool waiting = record.ok() && record->has_request() && !record->has_erasure_index();
    if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
    if (!waiting) {
      PutErasedAgain(writer, IndexOf(entry));
      return absl::OkStatus();
    }
  }
  return MarkErased(writer, request, IndexOf(entry));
}

absl::Status ProjectConnection(Writer& writer, const v1::LogEntry& entry) {
  const auto& registered = entry.connection_registered();
  const PractitionerName practitioner{registered.agency(), registered.practitioner_issuer(),
                                      registered.practitioner()};
  if (!registered.registered()) {
    return RemoveConnection(writer, practitioner, registered.connection_id());
  }
  v1::ConnectionRecord record;
  record.set_connection_id(registered.connection_id());
  record.set_relation(registered.relation());
  PutConnection(writer, practitioner, IndexOf(entry), record);
  return absl::OkStatus();
}

// The grant itself; and of two persons', what was asked for is answered.
absl::Status ProjectGranted(Writer& writer, const v1::LogEntry& entry) {
  if (entry.case_ids_size() != 1) return Contradiction(entry, "a grant of other than one case");
  v1::GrantRecord record;
  record.set_case_id(entry.case_ids(0));
  *record.mutable_grant() = entry.access_granted();
  record.mutable_grant()->clear_reason();
  PutGrant(writer, IndexOf(entry), record);
  if (entry.access_granted().kind() != v1::TWO_PERSONS) return absl::OkStatus();
  const LeafIndex request{entry.access_granted().request_index()};
  CONCORDAT_ASSIGN_OR_RETURN(v1::GrantRecord asked, GetGrant(writer, request));
  if (!asked.is_request() || asked.approval_index() != 0) {
    return Contradiction(entry, "an approval of what nobody asked for, or twice");
  }
  asked.set_approval_index(entry.index());
  PutGrant(writer, request, asked);
  return absl::OkStatus();
}

absl::Status ProjectApprovalRequested(Writer& writer, const v1::LogEntry& entry) {
  if (entry.case_ids_size() != 1) return Contradiction(entry, "a request of other than one case");
  v1::GrantRecord record;
  record.set_case_id(entry.case_ids(0));
  record.set_is_request(true);
  v1::LogEntry::AccessGranted& asked = *record.mutable_grant();
  asked.set_kind(v1::TWO_PERSONS);
  asked.set_agency(entry.actor().agency());
  asked.set_practitioner_issuer(entry.actor().practitioner_issuer());
  asked.set_practitioner(entry.actor().practitioner());
  PutGrant(writer, IndexOf(entry), record);
  return absl::OkStatus();
}

absl::Status ProjectReviewed(Writer& writer, const v1::LogEntry& entry) {
  const LeafIndex grant{entry.break_glass_reviewed().grant_index()};
  CONCORDAT_ASSIGN_OR_RETURN(v1::GrantRecord record, GetGrant(writer, grant));
  if (record.grant().kind() != v1::BROKEN_GLASS || record.review_index() != 0) {
    return Contradiction(entry, "a review of what is not to be reviewed, or twice");
  }
  record.set_review_index(entry.index());
  PutGrant(writer, grant, record);
  return absl::OkStatus();
}

// Of any entry: what it is the occasion of.
absl::Status ProjectNotices(Writer& writer, const v1::LogEntry& entry) {
  for (const v1::Notice& notice : entry.notices()) {
    v1::NoticeRecord record;
    *record.mutable_notice() = notice;
    record.set_entry_index(entry.index());
    *record.mutable_raised_at() = entry.recorded_at();
    CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence, RaiseNotice(writer, std::move(record)));
    if (sequence != notice.sequence()) return Contradiction(entry, "a notice out of sequence");
  }
  return absl::OkStatus();
}

absl::Status ProjectDetail(const Vault& vault, Writer& writer, const v1::LogEntry& entry) {
  switch (entry.detail_case()) {
    case v1::LogEntry::kCollected:
      return ProjectCollected(vault, writer, entry);
    case v1::LogEntry::kAlertRaised:
      return ProjectAlertEntry(writer, entry);
    case v1::LogEntry::kAlertsAcknowledged:
      for (const uint64_t sequence : entry.alerts_acknowledged().sequences()) {
        CONCORDAT_RETURN_IF_ERROR(Acknowledge(writer, entry.actor().agency(), sequence));
      }
      return absl::OkStatus();
    case v1::LogEntry::kPolicyChanged:
      if (!entry.policy_changed().policy().empty()) {
        PutPolicy(writer, entry.policy_digest(), entry.policy_changed().policy());
      }
      return absl::OkStatus();
    case v1::LogEntry::kReleaseConfirmed:
      PutConfirmation(writer, LeafIndex{entry.release_confirmed().disclosure_index()},
                      IndexOf(entry));
      return absl::OkStatus();
    case v1::LogEntry::kEvidenceHeld:
      return ProjectHold(writer, entry);
    case v1::LogEntry::kCaseSealed:
      return ProjectCaseSealed(writer, entry);
    case v1::LogEntry::kAccessGranted:
      return ProjectGranted(writer, entry);
    case v1::LogEntry::kApprovalRequested:
      return ProjectApprovalRequested(writer, entry);
    case v1::LogEntry::kBreakGlassReviewed:
      return ProjectReviewed(writer, entry);
    case v1::LogEntry::kConnectionRegistered:
      return ProjectConnection(writer, entry);
    case v1::LogEntry::kErasureRequested:
      PutErasureRequest(writer, IndexOf(entry), entry.actor().agency(), entry.erasure_requested());
      return absl::OkStatus();
    case v1::LogEntry::kErased:
      return ProjectErased(writer, entry);
    case v1::LogEntry::kNoticesAcknowledged:
      for (const uint64_t sequence : entry.notices_acknowledged().sequences()) {
        CONCORDAT_RETURN_IF_ERROR(AcknowledgeNotice(writer, entry.actor().agency(),
                                                    entry.notices_acknowledged().desk(), sequence));
      }
      return absl::OkStatus();
    case v1::LogEntry::kErasureCertified:
      return MarkCertified(writer, LeafIndex{entry.erasure_certified().erasure_index()},
                           IndexOf(entry));
    default:
      return absl::OkStatus();
  }
}

}  // namespace

uint32_t TokenPartNumber(const Collected& collected, int position) {
  return static_cast<uint32_t>(collected.parts_size() + position);
}

absl::Status Project(const Vault& vault, Writer& writer, const v1::LogEntry& entry) {
  const absl::Status projected = ProjectDetail(vault, writer, entry);
  if (projected.ok()) {
    ProjectReadings(writer, entry);
    return ProjectNotices(writer, entry);
  }
  if (!absl::IsNotFound(projected)) return projected;
  return Contradiction(entry, StrCat("something that is not there (", projected.message(), ")"));
}

Fold ProjectionFold(const Vault* vault) {
  return
      [vault](Writer& writer, const v1::LogEntry& entry) { return Project(*vault, writer, entry); };
}

}  // namespace concordat::storage
