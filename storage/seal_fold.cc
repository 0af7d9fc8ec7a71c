#include "storage/seal_fold.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/str_cat.h"
#include "storage/alert_store.h"
#include "storage/case_fold.h"
#include "storage/case_store.h"

namespace concordat::storage {
namespace {

using SealSpread = v1::LogEntry::SealSpread;

absl::Status RememberAtOrigin(Writer& writer, const SealSpread& spread) {
  const v1::CaseSeal& seal = spread.seal();
  if (spread.case_id() == seal.origin()) return absl::OkStatus();
  absl::StatusOr<v1::CaseRecord> origin = GetCase(writer, seal.origin());
  if (absl::IsNotFound(origin.status())) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(origin.status());
  v1::CaseSeal* known = FindSeal(&*origin, seal.agency(), seal.origin());
  if (known == nullptr) return absl::OkStatus();
  const auto& spread_to = known->spread_to();
  if (std::find(spread_to.begin(), spread_to.end(), spread.case_id()) != spread_to.end()) {
    return absl::OkStatus();
  }
  known->add_spread_to(spread.case_id());
  PutCase(writer, *origin);
  return absl::OkStatus();
}

absl::Status LiftFrom(Writer& writer, const std::string& case_id, const v1::CaseSeal& seal) {
  CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(writer, case_id));
  LiftSeal(seal.agency(), seal.origin(), &record);
  PutCase(writer, record);
  return absl::OkStatus();
}

}  // namespace

absl::Status SpreadSeal(Writer& writer, const SealSpread& spread) {
  CONCORDAT_ASSIGN_OR_RETURN(v1::CaseRecord record, GetCase(writer, spread.case_id()));
  ApplySpread(spread, &record);
  PutCase(writer, record);
  return RememberAtOrigin(writer, spread);
}

absl::Status MoveAlerts(Writer& writer, const v1::LogEntry& entry, const SealSpread& spread) {
  for (const uint64_t sequence : spread.withdrawn()) {
    CONCORDAT_RETURN_IF_ERROR(Acknowledge(writer, spread.seal().agency(), sequence));
  }
  for (const v1::LogEntry::AlertRaised& raised : spread.alerts()) {
    v1::AlertRecord alert;
    alert.set_event_index(raised.event_index());
    alert.set_case_id(raised.case_id());
    alert.set_severity(raised.severity());
    *alert.mutable_raised_at() = entry.recorded_at();
    *alert.mutable_acknowledge_by() = raised.acknowledge_by();
    CONCORDAT_ASSIGN_OR_RETURN(const uint64_t sequence,
                               RaiseAlert(writer, raised.agency(), std::move(alert)));
    if (sequence != raised.sequence()) {
      return absl::DataLossError(
          StrCat("entry ", entry.index(), ": got a moved alert out of sequence, want the next"));
    }
  }
  return absl::OkStatus();
}

absl::Status ProjectSpread(Writer& writer, const v1::LogEntry& entry) {
  for (const SealSpread& spread : entry.collected().seals_spread()) {
    CONCORDAT_RETURN_IF_ERROR(SpreadSeal(writer, spread));
    CONCORDAT_RETURN_IF_ERROR(MoveAlerts(writer, entry, spread));
  }
  return absl::OkStatus();
}

absl::Status ProjectCaseSealed(Writer& writer, const v1::LogEntry& entry) {
  const v1::LogEntry::CaseSealed& sealed = entry.case_sealed();
  if (!sealed.sealed()) {
    for (const SealSpread& spread : sealed.spread()) {
      CONCORDAT_RETURN_IF_ERROR(LiftFrom(writer, spread.case_id(), spread.seal()));
    }
    return absl::OkStatus();
  }
  for (const SealSpread& spread : sealed.spread()) {
    CONCORDAT_RETURN_IF_ERROR(SpreadSeal(writer, spread));
    CONCORDAT_RETURN_IF_ERROR(MoveAlerts(writer, entry, spread));
  }
  return absl::OkStatus();
}

}  // namespace concordat::storage
