// The rules of an event's body, by its type; a part of validate_event.h.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_BODY_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_BODY_H_

#include <google/protobuf/timestamp.pb.h>

#include "absl/status/status.h"
#include "concordat/v1/event.pb.h"
#include "services/common/field_path.h"

namespace concordat::services {

// `path` is the event's. CheckTree has passed before. INVALID_ARGUMENT when no body is set, or it
// breaks the rules of its type; the replacement in a correction obeys the rules of its own type.
absl::Status ValidateBody(const v1::CaseEvent& event, const FieldPath& path);

// Seconds and nanoseconds in the ranges of google.protobuf.Timestamp, and a year from 1900.
absl::Status ValidateTimestamp(const google::protobuf::Timestamp& timestamp, const FieldPath& path);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_BODY_H_
