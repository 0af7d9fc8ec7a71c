#include "auth/redactor.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "auth/event_type.h"
#include "auth/field_decision.h"
#include "auth/message_redactor.h"
#include "auth/policy.h"
#include "auth/redaction_plan.h"
#include "auth/release_context.h"
#include "auth/sharing_terms.h"
#include "base/timestamps.h"
#include "concordat/v1/event.pb.h"
#include "concordat/v1/exchange.pb.h"

namespace concordat::auth {
namespace {

using Decision = PolicyEngine::Decision;

static_assert(v1::DataClass_MAX < 32, "released_classes holds one bit a class");

const RedactionPlan& EventPlan() {
  static const auto* const plan = new RedactionPlan(v1::CaseEvent::descriptor());
  return *plan;
}

bool SeesCorrection(const PolicyEngine& policy, const ReleaseContext& context,
                    const v1::CaseEvent& event) {
  if (context.corrects) {
    const CorrectedRow& row = *context.corrects;
    if (policy.DecideRow(context.view, row.type, row.source).action != v1::RELEASE) return false;
  } else if (policy.FacesPerpetrator(context.view)) {
    return false;
  }
  const v1::EventType replacement = ReplacementTypeOf(event.correction());
  return replacement == v1::EVENT_TYPE_UNSPECIFIED ||
         policy.DecideRow(context.view, replacement, event.source_class()).action == v1::RELEASE;
}

// The decision for the row: the log's word and the event's own must both allow it.
Decision DecideRows(const PolicyEngine& policy, const ReleaseContext& context,
                    const v1::CaseEvent& event) {
  const Decision logged = policy.DecideRow(context.view, context.type, context.source);
  if (logged.action != v1::RELEASE) return logged;
  const Decision own = policy.DecideRow(context.view, TypeOf(event), event.source_class());
  if (own.action != v1::RELEASE) return own;
  if (event.has_correction() && !SeesCorrection(policy, context, event)) {
    return {v1::CONCEAL, v1::NOT_NEEDED_FOR_ROLE, own.rule_id};
  }
  return logged;
}

Decision DecideSharing(const PolicyEngine& policy, const ReleaseContext& context,
                       const v1::CaseEvent& event) {
  Sharing sharing;
  sharing.source_agency = context.source_agency;
  sharing.source_role = context.source_role;
  sharing.reader_agency = context.reader_agency;
  sharing.purpose = context.purpose;
  sharing.decided_at = context.decided_at;
  if (event.has_embargo_until()) sharing.embargo_until = ToTime(event.embargo_until());
  return policy.DecideSharing(context.view, sharing);
}

// The row may be seen, and that is all.
Redacted WithholdWhole(const ReleaseContext& context, const Decision& row,
                       const Decision& sharing) {
  Redacted redacted;
  redacted.withheld_whole = true;
  v1::Marker& marker = redacted.markers.emplace_back();
  marker.set_action(sharing.action);
  marker.set_reason(sharing.reason);
  marker.set_rule_id(std::string(sharing.rule_id));
  marker.set_ask_agency(context.source_agency);
  redacted.rule_ids = {std::string(row.rule_id), std::string(sharing.rule_id)};
  std::sort(redacted.rule_ids.begin(), redacted.rule_ids.end());
  return redacted;
}

v1::Marker MarkerOf(const FieldTally& tally, const std::string& source_agency) {
  v1::Marker marker;
  marker.set_field_class(tally.field_class);
  marker.set_action(tally.decision.action);
  marker.set_reason(tally.decision.reason);
  marker.set_rule_id(std::string(tally.decision.rule_id));
  marker.set_field_count(tally.field_count);
  marker.set_ask_agency(source_agency);
  return marker;
}

bool IsAlike(const v1::Marker& a, const v1::Marker& b) {
  return a.field_class() == b.field_class() && a.action() == b.action() &&
         a.reason() == b.reason() && a.rule_id() == b.rule_id();
}

bool Precedes(const v1::Marker& a, const v1::Marker& b) {
  return std::make_tuple(a.field_class(), a.action(), a.reason(), std::string_view(a.rule_id())) <
         std::make_tuple(b.field_class(), b.action(), b.reason(), std::string_view(b.rule_id()));
}

void AddMarker(v1::Marker marker, std::vector<v1::Marker>* markers) {
  for (v1::Marker& known : *markers) {
    if (!IsAlike(known, marker)) continue;
    known.set_field_count(known.field_count() + marker.field_count());
    return;
  }
  markers->push_back(std::move(marker));
}

// The row may be seen and given.
Redacted RedactFields(const PolicyEngine& policy, const ReleaseContext& context,
                      const v1::CaseEvent& event, const Decision& row, const Decision& sharing,
                      std::vector<FieldDecision>* trace) {
  Redacted redacted;
  v1::CaseEvent rest = event;
  const std::vector<FieldTally> tallies =
      MessageRedactor(policy, context).Move(EventPlan().root(), &rest, &redacted.event, trace);

  redacted.rule_ids.emplace_back(row.rule_id);
  if (!sharing.rule_id.empty()) redacted.rule_ids.emplace_back(sharing.rule_id);
  for (const FieldTally& tally : tallies) {
    redacted.rule_ids.emplace_back(tally.decision.rule_id);
    const bool removed = tally.outcome == FieldTally::Outcome::kRemoved;
    (removed ? redacted.withheld_classes : redacted.released_classes) |= uint32_t{1}
                                                                         << tally.field_class;
    if (tally.outcome != FieldTally::Outcome::kWhole && !tally.silent) {
      AddMarker(MarkerOf(tally, context.source_agency), &redacted.markers);
    }
  }
  std::sort(redacted.markers.begin(), redacted.markers.end(), Precedes);
  std::sort(redacted.rule_ids.begin(), redacted.rule_ids.end());
  redacted.rule_ids.erase(std::unique(redacted.rule_ids.begin(), redacted.rule_ids.end()),
                          redacted.rule_ids.end());
  return redacted;
}

}  // namespace

std::optional<Redacted> Redact(const PolicyEngine& policy, const ReleaseContext& context,
                               const v1::CaseEvent& event) {
  const Decision row = DecideRows(policy, context, event);
  if (row.action != v1::RELEASE) return std::nullopt;
  const Decision sharing = DecideSharing(policy, context, event);
  if (sharing.action == v1::CONCEAL) return std::nullopt;
  if (sharing.action != v1::RELEASE) return WithholdWhole(context, row, sharing);
  return RedactFields(policy, context, event, row, sharing, nullptr);
}

Explanation Explain(const PolicyEngine& policy, const ReleaseContext& context,
                    const v1::CaseEvent& event) {
  Explanation explanation;
  explanation.row = DecideRows(policy, context, event);
  if (explanation.row.action != v1::RELEASE) return explanation;
  const Decision sharing = DecideSharing(policy, context, event);
  if (sharing.action == v1::CONCEAL) {
    explanation.row = sharing;
    return explanation;
  }
  explanation.sharing = sharing;
  explanation.redacted =
      sharing.action == v1::RELEASE
          ? RedactFields(policy, context, event, explanation.row, sharing, &explanation.fields)
          : WithholdWhole(context, explanation.row, sharing);
  return explanation;
}

}  // namespace concordat::auth
