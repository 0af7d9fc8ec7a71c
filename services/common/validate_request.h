// What the other requests must be before anything is done with them. Pure. Errors are
// base/field_error.h's.
#ifndef CONCORDAT_SERVICES_COMMON_VALIDATE_REQUEST_H_
#define CONCORDAT_SERVICES_COMMON_VALIDATE_REQUEST_H_

#include "absl/status/status.h"
#include "concordat/v1/exchange.pb.h"
#include "concordat/v1/services.pb.h"
#include "services/common/field_path.h"

namespace concordat::services {

// INVALID_ARGUMENT "purpose: got PURPOSE_UNSPECIFIED, want one of ..." when none is named, or its
// number is unknown.
absl::Status ValidatePurpose(v1::Purpose purpose);

// The same for reading the log: one of the four purposes of DPA 2018 s62(4).
absl::Status ValidateLogPurpose(v1::Purpose purpose);

// 1 to kAcknowledgeMax different sequences, each from 1.
absl::Status CheckSequences(const FieldPath& path,
                            const google::protobuf::RepeatedField<uint64_t>& sequences);

// Each: INVALID_ARGUMENT unless there is a purpose, no unknown field, and
//  - ReadCase: case_id of 1 to kShortTextBytesMax printable characters, page_size at most
//  kCasePageMax, page_token at most
//    kShortTextBytesMax;
//  - WatchAlerts: nothing more;
//  - AcknowledgeAlerts: 1 to kAcknowledgeMax different sequences, each from 1;
//  - the audit requests: one of the purposes of DPA 2018 s62(4); first_index before a set
//  end_index; old_size from 1 and at most new_size.
absl::Status Validate(const v1::ReadCaseRequest& request);
absl::Status Validate(const v1::WatchAlertsRequest& request);
absl::Status Validate(const v1::AcknowledgeAlertsRequest& request);
absl::Status Validate(const v1::GetCheckpointRequest& request);
absl::Status Validate(const v1::GetEntriesRequest& request);
absl::Status Validate(const v1::GetConsistencyProofRequest& request);

}  // namespace concordat::services

#endif  // CONCORDAT_SERVICES_COMMON_VALIDATE_REQUEST_H_
