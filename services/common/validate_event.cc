#include "services/common/validate_event.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/timestamps.h"
#include "services/common/check_tree.h"
#include "services/common/field_path.h"
#include "services/common/text_rules.h"
#include "services/common/validate_body.h"
#include "services/common/validate_person.h"
#include "services/common/validate_request.h"

namespace concordat::services {
namespace {

// Senders' clocks are not ours; an event from further ahead is a mistake in the sender's time zone
// or clock.
constexpr absl::Duration kClockSkewMax = absl::Minutes(5);

// An investigation that needs longer pushes a revision with a new date, which somebody decided.
constexpr absl::Duration kEmbargoMax = absl::Hours(28 * 24);

absl::Status ValidateSizes(const v1::CaseEvent& event, const FieldPath& path) {
  if (event.ByteSizeLong() > kMessageBytesMax) {
    return path.Error(absl::StrCat(event.ByteSizeLong(), " bytes"),
                      absl::StrCat("at most ", kMessageBytesMax));
  }
  if (static_cast<size_t>(event.persons_size()) > kPersonsPerEventMax) {
    return path.Child("persons").Error(absl::StrCat(event.persons_size(), " elements"),
                                       absl::StrCat("at most ", kPersonsPerEventMax));
  }
  return absl::OkStatus();
}

absl::Status ValidateKey(const v1::CaseEvent& event, const FieldPath& path) {
  CONCORDAT_RETURN_IF_ERROR(
      CheckId(path.Child("source_system"), event.source_system(), kSourceSystemBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId(path.Child("source_reference"), event.source_reference(), kSourceReferenceBytesMax));
  if (event.revision() < 1) return path.Child("revision").Error("0", "at least 1");
  return CheckOptionalId(path.Child("case_id"), event.case_id(), kShortTextBytesMax);
}

absl::Status ValidateOccurredAt(const v1::CaseEvent& event, const FieldPath& path, absl::Time now) {
  const FieldPath at = path.Child("occurred_at");
  if (!event.has_occurred_at()) return at.Error("nothing", "when it happened");
  CONCORDAT_RETURN_IF_ERROR(ValidateTimestamp(event.occurred_at(), at));
  if (ToTime(event.occurred_at()) > now + kClockSkewMax) {
    return at.Error("a time in the future", "at most 5 minutes ahead of the ledger's clock");
  }
  return absl::OkStatus();
}

// One that has passed is none: a retry may come late.
absl::Status ValidateEmbargo(const v1::CaseEvent& event, const FieldPath& path, absl::Time now) {
  if (!event.has_embargo_until()) return absl::OkStatus();
  const FieldPath until = path.Child("embargo_until");
  CONCORDAT_RETURN_IF_ERROR(ValidateTimestamp(event.embargo_until(), until));
  if (ToTime(event.embargo_until()) > now + kEmbargoMax) {
    return until.Error("a time further ahead", "at most 28 days ahead of the ledger's clock");
  }
  return absl::OkStatus();
}

absl::Status ValidateRecordedBy(const v1::Practitioner& practitioner, const FieldPath& path) {
  if (!practitioner.name().empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckName(path.Child("name"), practitioner.name()));
  }
  CONCORDAT_RETURN_IF_ERROR(
      CheckText(path.Child("role_title"), practitioner.role_title(), kShortTextBytesMax));
  return CheckText(path.Child("phone"), practitioner.phone(), kShortTextBytesMax);
}

}  // namespace

absl::Status ValidateEvent(const v1::CaseEvent& event, const Clock& clock) {
  const FieldPath path("event");
  CONCORDAT_RETURN_IF_ERROR(ValidateSizes(event, path));
  CONCORDAT_RETURN_IF_ERROR(CheckTree(event, path));
  CONCORDAT_RETURN_IF_ERROR(ValidateKey(event, path));
  const absl::Time now = clock.Now();
  CONCORDAT_RETURN_IF_ERROR(ValidateOccurredAt(event, path, now));
  CONCORDAT_RETURN_IF_ERROR(ValidateEmbargo(event, path, now));
  // A birth may be recorded where it is already tomorrow by UTC.
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone()) + 1;
  for (int i = 0; i < event.persons_size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(ValidatePerson(event.persons(i), path.Child("persons", i), today));
  }
  if (event.has_recorded_by()) {
    CONCORDAT_RETURN_IF_ERROR(ValidateRecordedBy(event.recorded_by(), path.Child("recorded_by")));
  }
  return ValidateBody(event, path);
}

absl::Status ValidatePush(const v1::PushRequest& request, const EventBodies& allowed,
                          const Clock& clock) {
  const auto& unknown = request.GetReflection()->GetUnknownFields(request);
  if (!unknown.empty()) {
    return FieldPath("request").Error(
        absl::StrCat("unknown field number ", unknown.field(0).number()), "only known fields");
  }
  CONCORDAT_RETURN_IF_ERROR(ValidatePurpose(request.purpose()));
  const FieldPath path("event");
  if (!request.has_event()) return path.Error("nothing", "the event");
  CONCORDAT_RETURN_IF_ERROR(ValidateEvent(request.event(), clock));
  if (allowed.Allows(request.event().body_case())) return absl::OkStatus();
  const auto* body = v1::CaseEvent::descriptor()->FindFieldByNumber(request.event().body_case());
  return path.Child("body").Error(std::string(body->name()), allowed.Names());
}

}  // namespace concordat::services
