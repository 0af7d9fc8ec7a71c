#include "tools/audit_report.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"

namespace concordat::tools {
namespace {

using v1::LogEntry;
using Details = std::vector<std::pair<std::string, std::string>>;

template <typename Strings>
bool Contains(const Strings& strings, const std::string& wanted) {
  return std::find(strings.begin(), strings.end(), wanted) != strings.end();
}

void SortEachOnce(std::vector<std::string>* texts) {
  std::sort(texts->begin(), texts->end());
  texts->erase(std::unique(texts->begin(), texts->end()), texts->end());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(absl::RFC3339_sec, ToTime(time), absl::UTCTimeZone());
}

bool HoldsSubject(const LogEntry::Collected& collected, const std::string& subject) {
  const auto is_of = [&](const v1::SealedPart& part) { return part.subject_id() == subject; };
  if (std::any_of(collected.parts().begin(), collected.parts().end(), is_of)) return true;
  for (const v1::CaseChange& change : collected.case_changes()) {
    for (const v1::CasePersonChange& person : change.persons_joined()) {
      if (person.subject_id() == subject) return true;
    }
  }
  return false;
}

bool IsAboutErasure(v1::Operation operation) {
  return operation == v1::ERASURE || operation == v1::ERASURE_REQUESTED ||
         operation == v1::ERASURE_CERTIFIED || operation == v1::EVIDENCE_HOLD;
}

// A watching stream was woken by an event and found no alert of its agency: nobody was shown
// anything.
bool IsEmptyWake(const LogEntry& entry) {
  return entry.disclosed().has_alerts_read() && entry.disclosed().records_size() == 0 &&
         entry.case_ids_size() == 0 && entry.disclosed().alerts_read().alerts() == 0;
}

absl::Status BadPosition(const LogEntry& entry, const char* list, uint32_t got, int size) {
  return absl::DataLossError(
      StrCat("entry ", entry.index(), ": got position ", got, " of ", size, " ", list));
}

std::string Numbers(const google::protobuf::RepeatedField<uint64_t>& numbers) {
  return absl::StrJoin(numbers, " ");
}

void AddErasure(const LogEntry& entry, Details* details) {
  if (entry.has_erasure_requested()) {
    const auto& request = entry.erasure_requested();
    details->emplace_back("subject",
                          request.subject_id().empty() ? "the whole case" : request.subject_id());
    details->emplace_back("reason", v1::ErasureReason_Name(request.reason()));
    details->emplace_back("authority", request.authority_reference());
  } else if (entry.has_erased()) {
    details->emplace_back("request", StrCat(entry.erased().request_index()));
    details->emplace_back("subjects", absl::StrJoin(entry.erased().subject_ids(), " "));
    if (entry.erased().has_first_erased_at()) {
      details->emplace_back("first erased at", StrCat(entry.erased().first_erased_at()));
    }
  } else if (entry.has_erasure_certified()) {
    details->emplace_back("erasure", StrCat(entry.erasure_certified().erasure_index()));
    details->emplace_back("bytes searched", StrCat(entry.erasure_certified().bytes_scanned()));
  }
}

bool IsAboutGrants(const LogEntry& entry) {
  return entry.has_access_granted() || entry.has_approval_requested() ||
         entry.has_break_glass_reviewed() || entry.disclosed().grant_index() != 0;
}

// Who may read what until when; never why, which is sealed.
void AddGrant(const LogEntry& entry, Details* details) {
  if (entry.has_access_granted()) {
    const auto& grant = entry.access_granted();
    details->emplace_back("granted", v1::GrantKind_Name(grant.kind()));
    details->emplace_back("to", StrCat(grant.practitioner(), " of ", grant.agency()));
    details->emplace_back("until", TimeText(grant.expires_at()));
    if (grant.kind() == v1::BROKEN_GLASS) {
      details->emplace_back("category", v1::BreakGlassCategory_Name(grant.category()));
      if (grant.without_party()) details->emplace_back("of a case", "not its own");
      details->emplace_back("review due", TimeText(grant.review_due()));
    } else {
      details->emplace_back("asked for in", StrCat(grant.request_index()));
    }
  } else if (entry.has_break_glass_reviewed()) {
    const auto& review = entry.break_glass_reviewed();
    details->emplace_back("reviewed", StrCat(review.grant_index()));
    details->emplace_back("finding", v1::ReviewFinding_Name(review.finding()));
    details->emplace_back("authority", review.authority_reference());
  } else if (entry.has_connection_registered()) {
    const auto& connection = entry.connection_registered();
    details->emplace_back(connection.registered() ? "connection of" : "connection withdrawn of",
                          StrCat(connection.practitioner(), " of ", connection.agency()));
    details->emplace_back("authority", connection.authority_reference());
  }
  if (entry.disclosed().grant_index() != 0) {
    details->emplace_back("by grant", StrCat(entry.disclosed().grant_index()));
  }
}

Details DetailsOf(const LogEntry& entry) {
  Details details;
  if (entry.has_refused()) {
    details.emplace_back("method", entry.refused().method());
    details.emplace_back("refused by", entry.refused().rule_id());
  } else if (entry.has_log_read()) {
    const auto& read = entry.log_read();
    if (read.has_replayed_index()) {
      details.emplace_back("shown again", StrCat(read.replayed_index()));
    } else {
      details.emplace_back("entries", StrCat(read.first_index(), " to ", read.end_index()));
    }
  } else if (entry.has_subject_search()) {
    details.emplace_back("found", absl::StrJoin(entry.subject_search().subject_ids(), " "));
  } else if (entry.has_alert_raised()) {
    details.emplace_back("alerted", entry.alert_raised().agency());
    details.emplace_back("event", StrCat(entry.alert_raised().event_index()));
  } else if (entry.has_alerts_acknowledged()) {
    details.emplace_back("alerts", Numbers(entry.alerts_acknowledged().sequences()));
  } else if (entry.has_release_confirmed()) {
    details.emplace_back("disclosure", StrCat(entry.release_confirmed().disclosure_index()));
  } else if (entry.has_evidence_held()) {
    details.emplace_back("evidence", entry.evidence_held().held() ? "held" : "no longer held");
    details.emplace_back("authority", entry.evidence_held().authority_reference());
  } else if (entry.has_case_sealed() && entry.case_sealed().spread_size() > 0) {
    const auto& sealed = entry.case_sealed();
    const v1::CaseSeal& seal = sealed.spread(0).seal();
    details.emplace_back(!sealed.sealed()        ? "no longer sealed against"
                         : seal.this_case_only() ? "recalled from"
                                                 : "sealed against",
                         seal.agency());
    details.emplace_back("authority", sealed.authority_reference());
  } else if (entry.has_notices_read()) {
    details.emplace_back("notices of", v1::Desk_Name(entry.notices_read().desk()));
    details.emplace_back("shown", StrCat(entry.notices_read().notices()));
  } else if (entry.has_notices_acknowledged()) {
    details.emplace_back("notices of", v1::Desk_Name(entry.notices_acknowledged().desk()));
    details.emplace_back("notices", Numbers(entry.notices_acknowledged().sequences()));
  } else if (entry.has_readings_listed()) {
    const auto& listed = entry.readings_listed();
    details.emplace_back("readings of", listed.agency().empty()
                                            ? StrCat("record ", listed.leaf_index())
                                            : listed.agency());
  } else if (entry.has_collected()) {
    details.emplace_back("event", v1::EventType_Name(entry.collected().type()));
    for (const auto& alert : entry.collected().alerts()) {
      details.emplace_back("alerted", alert.agency());
    }
  } else {
    AddErasure(entry, &details);
  }
  if (!entry.actor().practitioner().empty()) {
    details.emplace_back("practitioner", entry.actor().practitioner());
  }
  AddGrant(entry, &details);
  for (const int unusual : entry.disclosed().unusual()) {
    details.emplace_back("unusual",
                         v1::UnusualAccess_Name(static_cast<v1::UnusualAccess>(unusual)));
  }
  for (const v1::Notice& notice : entry.notices()) {
    details.emplace_back("told", StrCat(notice.agency(), " ", v1::NoticeKind_Name(notice.kind())));
  }
  return details;
}

// Of those records alone, or of all when `only` is null.
absl::Status FillDisclosed(const LogEntry& entry, const std::set<uint64_t>* only, AuditRow* row) {
  const LogEntry::Disclosed& disclosed = entry.disclosed();
  row->recipients.assign(disclosed.recipients().begin(), disclosed.recipients().end());
  for (const auto& record : disclosed.records()) {
    if (only != nullptr && only->count(record.leaf_index()) == 0) continue;
    if (record.controller() >= static_cast<uint32_t>(disclosed.controllers_size())) {
      return BadPosition(entry, "controllers", record.controller(), disclosed.controllers_size());
    }
    row->records.push_back(record.leaf_index());
    row->sources.push_back(disclosed.controllers(static_cast<int>(record.controller())));
    row->released_classes |= record.released_classes();
    row->withheld_classes |= record.withheld_classes();
    for (const uint32_t rule : record.rules()) {
      if (rule >= static_cast<uint32_t>(disclosed.rule_ids_size())) {
        return BadPosition(entry, "rule_ids", rule, disclosed.rule_ids_size());
      }
      row->rule_ids.push_back(disclosed.rule_ids(static_cast<int>(rule)));
    }
  }
  SortEachOnce(&row->sources);
  SortEachOnce(&row->rule_ids);
  return absl::OkStatus();
}

absl::StatusOr<AuditRow> MakeRow(const LogEntry& entry, const std::set<uint64_t>* only) {
  AuditRow row;
  row.index = entry.index();
  row.recorded_at = ToTime(entry.recorded_at());
  row.operation = entry.operation();
  row.actor = entry.actor();
  row.purpose = entry.purpose();
  row.gateway = entry.gateway();
  row.regime = entry.regime();
  row.controller = entry.controller();
  row.policy_digest = entry.policy_digest();
  row.case_ids.assign(entry.case_ids().begin(), entry.case_ids().end());
  row.details = DetailsOf(entry);
  CONCORDAT_RETURN_IF_ERROR(FillDisclosed(entry, only, &row));
  return row;
}

}  // namespace

absl::StatusOr<AuditRow> AuditRowOf(const LogEntry& entry) { return MakeRow(entry, nullptr); }

bool IsAtOrBelow(const std::string& id, const std::string& prefix) {
  if (prefix.empty() || id.rfind(prefix, 0) != 0) return false;
  return id.size() == prefix.size() || prefix.back() == '/' || id[prefix.size()] == '/';
}

void AuditReport::RememberRecord(const LogEntry& entry) {
  const bool asked =
      question_.about == AuditAbout::kSubject
          ? HoldsSubject(entry.collected(), question_.who)
          : question_.about == AuditAbout::kCase && Contains(entry.case_ids(), question_.who);
  if (asked) records_.insert(entry.index());
}

bool AuditReport::HasAskedRecord(const LogEntry::Disclosed& disclosed) const {
  return std::any_of(disclosed.records().begin(), disclosed.records().end(),
                     [&](const auto& record) { return records_.count(record.leaf_index()) != 0; });
}

bool AuditReport::Answers(const LogEntry& entry) const {
  if (IsEmptyWake(entry)) return false;
  const bool disclosed = entry.has_disclosed();
  switch (question_.about) {
    case AuditAbout::kSubject:
    case AuditAbout::kCase:
      if (disclosed && HasAskedRecord(entry.disclosed())) return true;
      if (entry.log_read().has_replayed_index()) {
        return disclosures_.count(entry.log_read().replayed_index()) != 0;
      }
      if (question_.about == AuditAbout::kCase) {
        // A page without any event still says that somebody looked.
        return (disclosed || IsAboutErasure(entry.operation()) || IsAboutGrants(entry)) &&
               Contains(entry.case_ids(), question_.who);
      }
      return Contains(entry.subject_search().subject_ids(), question_.who) ||
             Contains(entry.erased().subject_ids(), question_.who) ||
             entry.erasure_requested().subject_id() == question_.who;
    case AuditAbout::kActor:
      return IsAtOrBelow(entry.actor().spiffe_id(), question_.who);
    case AuditAbout::kRecipient:
      return std::any_of(
          entry.disclosed().recipients().begin(), entry.disclosed().recipients().end(),
          [&](const auto& recipient) { return recipient.agency() == question_.who; });
    case AuditAbout::kRefusals:
      return entry.operation() == v1::DENIED;
    case AuditAbout::kErasures:
      return IsAboutErasure(entry.operation());
    case AuditAbout::kGrants:
      return IsAboutGrants(entry);
    case AuditAbout::kPractitioner:
      return entry.actor().practitioner() == question_.who;
  }
  return false;
}

absl::Status AuditReport::Add(const LogEntry& entry) {
  if (entry.has_collected()) RememberRecord(entry);
  if (entry.has_release_confirmed()) {
    confirmations_.emplace(entry.release_confirmed().disclosure_index(), entry.index());
  }
  if (entry.has_break_glass_reviewed()) {
    reviews_.emplace(entry.break_glass_reviewed().grant_index(), entry.index());
  }
  if (!Answers(entry)) return absl::OkStatus();
  if (entry.has_disclosed()) disclosures_.insert(entry.index());
  const absl::Time recorded_at = ToTime(entry.recorded_at());
  if (recorded_at < question_.from || recorded_at >= question_.to) return absl::OkStatus();

  const bool only_asked =
      question_.about == AuditAbout::kSubject || question_.about == AuditAbout::kCase;
  CONCORDAT_ASSIGN_OR_RETURN(rows_.emplace_back(),
                             MakeRow(entry, only_asked ? &records_ : nullptr));
  return absl::OkStatus();
}

std::vector<AuditRow> AuditReport::Rows() const {
  std::vector<AuditRow> rows = rows_;
  for (AuditRow& row : rows) {
    const auto confirmation = confirmations_.find(row.index);
    if (confirmation != confirmations_.end()) row.confirmed_by = confirmation->second;
    if (row.operation != v1::BREAK_GLASS) continue;
    const auto review = reviews_.find(row.index);
    row.details.emplace_back("reviewed by",
                             review == reviews_.end() ? "nobody" : StrCat(review->second));
  }
  return rows;
}

}  // namespace concordat::tools
