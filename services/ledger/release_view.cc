#include "services/ledger/release_view.h"

#include <utility>

#include "auth/conditions.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/str_cat.h"
#include "base/timestamps.h"
#include "services/ledger/sealed_event.h"
#include "storage/case_store.h"

namespace concordat::services {
namespace {

// Revisions and corrections in a row after one event; more are shown to nobody who faces
// perpetrators.
constexpr size_t kSuccessorsMax = 4096;

v1::Marker WithheldMarker(v1::ReasonCode reason, const std::string& rule,
                          const std::string& source_agency) {
  v1::Marker marker;
  marker.set_action(v1::WITHHOLD);
  marker.set_reason(reason);
  marker.set_rule_id(rule);
  marker.set_ask_agency(source_agency);
  return marker;
}

}  // namespace

absl::StatusOr<v1::LogEntry> ReleaseView::ReadEvent(LeafIndex index) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string bytes, read_entry_(index));
  v1::LogEntry entry;
  if (!entry.ParseFromString(bytes) || entry.index() != index.value || !entry.has_collected()) {
    return absl::DataLossError(
        StrCat("entry ", index.value, ": got other bytes than an event of this index"));
  }
  return entry;
}

absl::StatusOr<absl::Time> ReleaseView::OccurredAt(LeafIndex index) const {
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry entry, ReadEvent(index));
  return ToTime(entry.collected().occurred_at());
}

absl::StatusOr<std::optional<auth::CorrectedRow>> ReleaseView::VisibleRow(
    const auth::ViewRoles& view, const v1::LogEntry::Collected& collected) const {
  auth::CorrectedRow row{collected.type(), collected.source_class()};
  v1::LogEntry corrected;
  *corrected.mutable_collected() = collected;
  for (size_t depth = 0; depth <= kCorrectionDepthMax; ++depth) {
    if (policy_->DecideRow(view, row.type, row.source).action != v1::RELEASE) return std::nullopt;
    if (row.type != v1::CORRECTION_EVENT) return row;
    // A correction records last what it corrects; before that, the revision of itself that it
    // replaces.
    const auto& supersedes = corrected.collected().supersedes();
    if (supersedes.empty()) break;
    CONCORDAT_ASSIGN_OR_RETURN(corrected, ReadEvent(LeafIndex{*supersedes.rbegin()}));
    row = {corrected.collected().type(), corrected.collected().source_class()};
  }
  return std::nullopt;
}

absl::StatusOr<bool> ReleaseView::MayGo(const storage::Reader& reader, const Reading& reading,
                                        const v1::LogEntry& entry) const {
  CONCORDAT_ASSIGN_OR_RETURN(
      const OpenedEvent opened,
      OpenEvent(*vault_, reader, LeafIndex{entry.index()}, entry.collected()));
  auth::Sharing sharing;
  sharing.source_agency = entry.actor().agency();
  sharing.source_role = entry.actor().role();
  sharing.reader_agency = reading.agency;
  sharing.purpose = reading.purpose;
  sharing.decided_at = reading.decided_at;
  if (opened.event.has_embargo_until())
    sharing.embargo_until = ToTime(opened.event.embargo_until());
  return policy_->DecideSharing(reading.view, sharing).action == v1::RELEASE;
}

absl::StatusOr<bool> ReleaseView::MaySaySuperseded(const storage::Reader& reader,
                                                   const Reading& reading,
                                                   const v1::LogEntry& entry,
                                                   LeafIndex successor) const {
  CONCORDAT_ASSIGN_OR_RETURN(const bool may_go, MayGo(reader, reading, entry));
  if (!may_go) return false;
  for (size_t depth = 0; depth < kSuccessorsMax; ++depth) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> next,
                               storage::SupersededBy(reader, successor));
    if (next.has_value()) {
      successor = *next;
      continue;
    }
    CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry newest, ReadEvent(successor));
    return MayGo(reader, reading, newest);
  }
  return false;
}

absl::StatusOr<std::optional<ReleasedView>> ReleaseView::Of(const storage::Reader& reader,
                                                            const v1::CaseRecord& record,
                                                            const Reading& reading,
                                                            LeafIndex index) const {
  const auth::ViewRoles& view = reading.view;
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogEntry entry, ReadEvent(index));
  const v1::LogEntry::Collected& collected = entry.collected();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<auth::CorrectedRow> row,
                             VisibleRow(view, collected));
  if (!row.has_value()) return std::nullopt;

  ReleasedView released;
  released.event.set_leaf_index(index.value);
  released.event.set_source_agency(entry.actor().agency());
  *released.event.mutable_recorded_at() = entry.recorded_at();
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<LeafIndex> successor,
                             storage::SupersededBy(reader, index));
  if (successor.has_value()) {
    if (policy_->FacesPerpetrator(view)) {
      CONCORDAT_ASSIGN_OR_RETURN(const bool may_say,
                                 MaySaySuperseded(reader, reading, entry, *successor));
      if (!may_say) return std::nullopt;
    }
    released.event.set_superseded(true);
    *released.event.add_markers() =
        WithheldMarker(v1::SUPERSEDED, "superseded", entry.actor().agency());
    released.rule_ids.push_back("superseded");
    return released;
  }

  CONCORDAT_ASSIGN_OR_RETURN(OpenedEvent opened, OpenEvent(*vault_, reader, index, collected));
  if (opened.body_erased) {
    if (policy_->FacesPerpetrator(view)) return std::nullopt;
    *released.event.add_markers() = WithheldMarker(v1::ERASED, "erased", entry.actor().agency());
    released.rule_ids.push_back("erased");
    return released;
  }
  auth::ReleaseContext context;
  context.view = view;
  context.type = collected.type();
  context.source = collected.source_class();
  context.conditions = auth::ConditionsOf(opened.event, record.flags());
  context.conditions.SetGrant(reading.grant);
  context.event_time = ToTime(collected.occurred_at());
  context.source_agency = entry.actor().agency();
  context.source_role = entry.actor().role();
  context.reader_agency = reading.agency;
  context.purpose = reading.purpose;
  context.decided_at = reading.decided_at;
  if (collected.type() == v1::CORRECTION_EVENT) context.corrects = *row;
  std::optional<auth::Redacted> redacted = auth::Redact(*policy_, context, opened.event);
  if (!redacted.has_value()) return std::nullopt;
  released.rule_ids = std::move(redacted->rule_ids);
  for (v1::Marker& marker : redacted->markers) *released.event.add_markers() = std::move(marker);
  if (redacted->withheld_whole) return released;
  *released.event.mutable_event() = std::move(redacted->event);
  // Which case it was sent to, by id, is not the business of the parties of another case it joined.
  released.event.mutable_event()->clear_case_id();
  if (opened.erased_persons > 0 && !policy_->FacesPerpetrator(view)) {
    v1::Marker erased = WithheldMarker(v1::ERASED, "erased", entry.actor().agency());
    erased.set_field_class(v1::IDENTITY);
    erased.set_field_count(static_cast<uint32_t>(opened.erased_persons));
    *released.event.add_markers() = std::move(erased);
  }
  released.released_classes = redacted->released_classes;
  released.withheld_classes = redacted->withheld_classes;
  return released;
}

}  // namespace concordat::services
